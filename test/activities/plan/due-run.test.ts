import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { dueRun } from '../../../activities/plan/due-run.js';
import { InvalidInputError } from '../../../data/errors.js';
import { runInputSchema } from '../../../data/schemas/run-input.js';
import type { RunStatus } from '../../../data/schemas/run-status.js';
import { writeJson } from '../../../data/store/files.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { rejection } from '../../support/rejection.js';
import { runStatus } from '../../support/run-status.js';

describe('the run that a schedule has to start', () => {
  let home: Home;
  beforeEach(() => {
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-due-')));
  });
  afterEach(() => rmSync(home.root, { recursive: true }));

  const due = async (at: string, input: unknown = {}) =>
    dueRun(home, packageRoot, { schedule: 'nightly', at, input });
  const finish = async (runId: string, to: string, phase: RunStatus['phase'] = 'done'): Promise<void> => {
    await writeJson(home.runInput(runId), runInputSchema.parse({ runId, to }));
    await writeJson(home.status(runId), runStatus(runId, { phase }));
  };

  for (const [what, at, runId, to] of [
    ['after the close of a session', '2024-12-30T10:30:00Z', 'nightly_20241230_160000', '2024-12-31'],
    ['at the very close', '2024-12-30T10:00:00Z', 'nightly_20241230_153000', '2024-12-31'],
    [
      'while a session goes on: the one before',
      '2024-12-30T09:59:00Z',
      'nightly_20241230_152900',
      '2024-12-28',
    ],
    ['on a Sunday', '2024-12-29T10:30:00Z', 'nightly_20241229_160000', '2024-12-28'],
    ['on a holiday, Christmas', '2024-12-25T10:30:00Z', 'nightly_20241225_160000', '2024-12-25'],
    [
      'at night, when India has the next day',
      '2024-12-30T20:00:00Z',
      'nightly_20241231_013000',
      '2024-12-31',
    ],
    [
      'in a year that the calendar does not know',
      '2050-01-03T10:30:00Z',
      'nightly_20500103_160000',
      '2050-01-04',
    ],
  ] as const)
    it(`uses all bars up to the last session: ${what}`, async () => {
      const { runId: id, input } = await due(at);
      expect(id).to.equal(runId);
      expect(input).to.include({ runId, to });
    });

  it('enters at the next open unless the schedule says otherwise', async () => {
    expect((await due('2024-12-30T10:30:00Z')).input).to.include({ entry: 'next-open' });
    expect((await due('2024-12-30T10:30:00Z', { entry: 'close' })).input).to.include({ entry: 'close' });
  });

  it('is none when the schedule has a finished run on the same bars', async () => {
    await finish('nightly_20241227_160000', '2024-12-28');
    const none = await due('2024-12-29T10:30:00Z');
    expect(none).to.deep.include({ runId: null, input: null });
    expect(none.why).to.equal(
      'no session since run nightly_20241227_160000, which has all bars up to 2024-12-27',
    );
  });

  it('exists when that run is unfinished, belongs to another schedule, or is this run', async () => {
    await finish('nightly_20241227_160000', '2024-12-28', 'failed');
    await finish('nightly_extra_20241227_160000', '2024-12-28');
    await finish('nightly_20241229_160000', '2024-12-28');
    expect((await due('2024-12-29T10:30:00Z')).runId).to.equal('nightly_20241229_160000');
  });

  it('rejects a wrong input and reports every problem at once', async () => {
    const { problems } = await rejection(
      due('2024-12-30T10:30:00Z', { horizon: 0, windowDays: 1 }),
      InvalidInputError,
    );
    expect(problems).to.have.length(2);
  });
});
