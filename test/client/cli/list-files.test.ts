import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import { runInputSchema } from '../../../data/schemas/run-input.js';
import { writeRef } from '../../../data/store/file-refs.js';
import { writeJson } from '../../../data/store/files.js';
import { Home } from '../../../data/store/home.js';
import { sealUnit } from '../../../data/store/units.js';
import { runStatus } from '../../support/run-status.js';
import { gurukulHere } from '../support/gurukul-here.js';
import type { Ended } from '../support/gurukul-process.js';

const COHORT = '2023-01-01_to_2023-06-30';
/** Nobody listens there. */
const NO_SERVER = '127.0.0.1:1';

describe('runs without a server', () => {
  let home: Home;
  beforeEach(async () => {
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-offline-')));
    await writeJson(home.runInput('cut'), runInputSchema.parse({ runId: 'cut' }));
    const windows = { planned: 6, succeeded: 0, skipped: 1, failed: 0 };
    await writeJson(home.status('cut'), runStatus('cut', { phase: 'teach', windows }));
    await writeJson(home.runInput('left'), runInputSchema.parse({ runId: 'left' }));
    await writeJson(
      home.status('left'),
      runStatus('left', { phase: 'cancelled', cancelReason: 'wrong dates' }),
    );
  });
  afterEach(() => rmSync(home.root, { recursive: true }));

  const gurukul = async (...args: readonly string[]): Promise<Ended> =>
    gurukulHere(args, { home, address: NO_SERVER });

  it('are listed from their files', async () => {
    const { status, stdout, stderr } = await gurukul('list', '--json');
    expect(status, stderr).to.equal(0);
    expect(stderr).to.contain(
      `no Temporal server answers: these are the runs in ${home.root}, as last written`,
    );
    const runs = z
      .array(
        z.looseObject({ runId: z.string(), startedAt: z.iso.datetime(), endedAt: z.string().nullable() }),
      )
      .parse(JSON.parse(stdout));
    const sorted = runs.sort((a, b) => (a.runId < b.runId ? -1 : 1));
    expect(sorted[0]).to.deep.include({
      runId: 'cut',
      workflowId: 'train/cut',
      state: 'unknown',
      phase: 'teach',
      decision: null,
      endedAt: null,
    });
    expect(sorted[1]).to.deep.include({ runId: 'left', state: 'cancelled', reason: 'wrong dates' });
    expect((await gurukul('list')).stdout).to.match(/^left +cancelled \(wrong dates\) +cancelled/m);
  });

  it('show the counts that their files have, and not those of the last phase', async () => {
    const item = (symbol: string, status: string, reason: string | null = null): object => ({
      symbol,
      start: '2023-01-01',
      end: '2023-06-30',
      status,
      reason,
      detail: null,
      bars: 0,
    });
    await writeJson(home.plan('cut'), {
      windows: 6,
      trainable: 4,
      shards: 2,
      skipped: { not_listed: 1 },
      failed: { BadSchema: 1 },
      cohorts: [{ id: COHORT, start: '2023-01-01', end: '2023-06-30', shards: [['A', 'B', 'C'], ['D']] }],
      items: [
        ...['A', 'B', 'C', 'D'].map((symbol) => item(symbol, 'trainable')),
        item('LATE', 'skipped', 'not_listed'),
        item('TORN', 'failed', 'BadSchema'),
      ],
    });
    const folder = home.shardDir('cut', COHORT, 'real', 0);
    const windows = await writeRef(home, path.join(folder, 'windows.jsonl'), '', 3);
    const summary = { succeeded: 1, failedBy: { Diverged: 1, DataGap: 1 } };
    await sealUnit(home, path.join(folder, 'unit.json'), { key: 'k', outputs: { windows }, summary });

    const { stdout } = await gurukul('status', 'cut', '--json');
    expect(JSON.parse(stdout)).to.deep.include({
      phase: 'teach',
      windows: { planned: 6, succeeded: 1, skipped: 2, failed: 2 },
      skippedBy: { not_listed: 1, insufficient_data: 1 },
      failedBy: { BadSchema: 1, Diverged: 1 },
    });
    const before = { planned: 6, succeeded: 0, skipped: 1, failed: 1 };
    await writeJson(home.status('cut'), runStatus('cut', { phase: 'cancelled', windows: before }));
    expect(JSON.parse((await gurukul('status', 'cut', '--json')).stdout)).to.deep.include({
      phase: 'cancelled',
      windows: { planned: 6, succeeded: 1, skipped: 2, failed: 2 },
    });
    // Started again and not planned yet: what lies there is of the start before.
    await writeJson(home.status('cut'), runStatus('cut', { phase: 'ingest' }));
    expect(JSON.parse((await gurukul('status', 'cut', '--json')).stdout)).to.deep.include({
      windows: { planned: 0, succeeded: 0, skipped: 0, failed: 0 },
    });
  });

  it('list their failed windows', async () => {
    const start = '2023-01-01';
    const end = '2023-06-30';
    const message = 'TORN.csv:1 lacks column close (found: last)';
    const torn = {
      symbol: 'TORN',
      start,
      end,
      status: 'failed',
      reason: 'BadSchema',
      detail: message,
      bars: 0,
    };
    await writeJson(home.plan('cut'), {
      windows: 1,
      trainable: 0,
      shards: 0,
      skipped: {},
      failed: { BadSchema: 1 },
      cohorts: [{ id: COHORT, start, end, shards: [] }],
      items: [torn],
    });
    const { failed } = z
      .looseObject({ failed: z.array(z.unknown()) })
      .parse(JSON.parse((await gurukul('status', 'cut', '--failed', '--json')).stdout));
    expect(failed).to.deep.equal([
      { window: `TORN_${COHORT}`, symbol: 'TORN', start, end, error: 'BadSchema', message },
    ]);
    const { stdout } = await gurukul('status', 'cut', '--failed');
    expect(stdout).to.contain(
      [
        'What failed:',
        '  BadSchema (the data failed a check): 1 window of 1 symbol',
        `    ${message}`,
        '    Fix: correct the bar files, then resume',
        '  Then: gurukul resume cut --only failed',
      ].join('\n'),
    );
    expect(stdout).to.match(/^TORN +2023-01-01 +2023-06-30 +BadSchema +TORN\.csv:1 lacks/m);
  });
});
