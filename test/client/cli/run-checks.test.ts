import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { WorkflowFailedError } from '@temporalio/client';
import { expect } from 'chai';

import { homeProblems } from '../../../client/cli/home-problems.js';
import { describePlan } from '../../../client/cli/describe-plan.js';
import { inputDifferences } from '../../../data/schemas/input-differences.js';
import { flagName } from '../../../client/cli/run-flags.js';
import { exitCodeOf, runFailureOf } from '../../../client/cli/run-failure.js';
import { workflowUrl } from '../../../client/cli/web-ui.js';
import type { Plan } from '../../../data/schemas/plan.js';
import type { OpenConfig, RunConfig } from '../../../data/schemas/run-input.js';
import { openInputSchema, runInputSchema } from '../../../data/schemas/run-input.js';

describe('a home for files', () => {
  it('need not be there yet, and is not made by looking', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'gurukul-home-'));
    try {
      expect(homeProblems(path.join(folder, 'a', 'b'))).to.deep.equal([]);
      writeFileSync(path.join(folder, 'a'), '');
      expect(homeProblems(path.join(folder, 'a', 'b'))).to.have.length(1);
      expect(homeProblems(path.join(folder, 'a'))[0]).to.match(/is a file/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a run id that is used again', () => {
  const config = (more: object): RunConfig => ({ ...runInputSchema.parse(more), runId: 'r' });
  const openConfig = (more: object): OpenConfig => ({ ...openInputSchema.parse(more), runId: 'r' });

  it('is the same run when it differs only in how it is made', () => {
    expect(
      inputDifferences(
        config({ symbols: ['TCS', 'INFY'] }),
        config({ symbols: ['INFY', 'TCS'], accelerator: 'cpu', cohortConcurrency: 5 }),
      ),
    ).to.deep.equal([]);
  });

  it('had the members of today when it is from before there were others', () => {
    expect(inputDifferences(config({}), config({ membership: 'today' }))).to.deep.equal([]);
    expect(inputDifferences(config({}), config({ membership: 'point-in-time' }))).to.deep.equal([
      'membership: "today" there, "point-in-time" here',
    ]);
  });

  it('was entered at the close when it is from before there were other entries', () => {
    expect(inputDifferences(config({}), config({ entry: 'close' }))).to.deep.equal([]);
    expect(inputDifferences(config({}), openConfig({}), flagName)).to.deep.equal([
      '--entry: "close" there, "next-open" here',
    ]);
  });

  it('is the same run when it leaves the end open, which the run has settled', () => {
    const { to: _end, ...open } = config({});
    const there = config({ to: '2026-02-28', completeUntil: '2026-03-02' });
    expect(inputDifferences(there, open)).to.deep.equal([]);
    expect(inputDifferences(there, config({ to: '2026-03-01' }))).to.deep.equal([
      'to: "2026-02-28" there, "2026-03-01" here',
    ]);
  });

  it('is reported where it differs', () => {
    expect(
      inputDifferences(config({ threshold: 0.02 }), config({ threshold: 0.03, symbols: ['TCS'] }), flagName),
    ).to.deep.equal(['--symbols: not given there, TCS here', '--threshold: 0.02 there, 0.03 here']);
  });
});

describe('how a run failed', () => {
  const failed = (cause: Error): WorkflowFailedError =>
    new WorkflowFailedError('failed', cause, 'NON_RETRYABLE_FAILURE');

  it('is status 3 above the threshold, with the status that it carries', () => {
    const status = {
      runId: 'r',
      workflowId: 'train/r',
      phase: 'failed',
      windows: { planned: 3, succeeded: 1, skipped: 0, failed: 2 },
      skippedBy: {},
      failedBy: { Diverged: 2 },
      students: 0,
      bundle: '/x',
      bundleDigest: null,
      decision: 'pending',
    };
    const failure = runFailureOf(
      failed(
        ApplicationFailure.create({ message: 'too many', type: 'AboveFailureThreshold', details: [status] }),
      ),
    );
    expect(failure?.message).to.equal('too many');
    expect(failure?.status).to.deep.equal(status);
    expect(failure && exitCodeOf(failure)).to.equal(3);
  });

  it('is status 2 for a wrong input and 1 for everything else', () => {
    const codes = [
      ApplicationFailure.create({ message: 'm', type: 'InvalidInput' }),
      ApplicationFailure.create({ message: 'm', type: 'Diverged' }),
      ApplicationFailure.create({ message: 'm', type: 'SomethingElse' }),
      new CancelledFailure('m'),
    ].map((cause) => {
      const failure = runFailureOf(failed(cause));
      return failure === undefined ? undefined : [failure.type, exitCodeOf(failure)];
    });
    expect(codes).to.deep.equal([
      ['InvalidInput', 2],
      ['Diverged', 1],
      ['Bug', 1],
      ['Cancelled', 1],
    ]);
  });

  it('is not what a lost connection says', () => {
    expect(runFailureOf(new Error('14 UNAVAILABLE'))).to.equal(undefined);
  });
});

describe("a run's page in the Web UI", () => {
  it('is where the server says, or in the usual place beside it', () => {
    const server = { address: '127.0.0.1:7233', namespace: 'default' };
    expect(workflowUrl(server, 'train/a b', 'http://127.0.0.1:8300/')).to.equal(
      'http://127.0.0.1:8300/namespaces/default/workflows/train%2Fa%20b',
    );
    expect(workflowUrl(server, 'x')).to.equal('http://127.0.0.1:8233/namespaces/default/workflows/x');
  });
});

describe('a plan for a person', () => {
  it('has a row a cohort, with those that train nothing, and every reason with its symbols', () => {
    const item = { symbol: 'TCS', start: '2022-01-01', end: '2022-06-30', bars: 100 };
    const tail = { start: '2022-06-30', end: '2022-07-10', status: 'skipped', bars: 6 } as const;
    const plan: Plan = {
      windows: 3,
      trainable: 1,
      skipped: { insufficient_data: 1, excluded: 1 },
      failed: {},
      cohorts: [
        { id: '2022-01-01_to_2022-06-30', start: '2022-01-01', end: '2022-06-30', shards: [['TCS']] },
      ],
      shards: 1,
      items: [
        { ...item, status: 'trainable', reason: null, detail: null },
        { ...item, ...tail, reason: 'insufficient_data', detail: '6 bars' },
        { ...item, ...tail, symbol: 'IDEA', reason: 'excluded', detail: 'no code' },
      ],
    };
    const refused = {
      window: 'INFY_x',
      symbol: 'INFY',
      start: 'a',
      end: 'b',
      error: 'BadSchema',
      message: 'INFY.csv:1 lacks column close (found: last)',
      code: 'bad_header',
    } as const;
    const text = describePlan(plan, []).join('\n');
    expect(text).to.not.contain('What failed');
    expect(describePlan(plan, [refused]).join('\n')).to.contain(
      '\nWhat failed:\n  BadSchema (the data failed a check): 1 window of 1 symbol\n    INFY.csv:1 lacks column close (found: last)\n    Fix: name the columns',
    );
    expect(text).to.match(/2022-01-01_to_2022-06-30 +1 +1 +0 +0 +1/);
    expect(text).to.match(/2022-06-30_to_2022-07-10 +2 +0 +2 +0 +0/);
    expect(text).to.contain('skipped: excluded 1, insufficient_data 1');
    expect(text).to.contain('insufficient_data (1 window, 1 symbol)\n  TCS: 6 bars');
  });
});
