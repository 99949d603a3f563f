import { expect } from 'chai';

import { progressLine, snapshotOf, statusOf } from '../../../client/cli/progress-snapshot.js';
import { createProgressView } from '../../../client/cli/progress-view.js';
import { runStatusSchema } from '../../../data/schemas/run-status.js';
import type { RunProgress, UnitProgress } from '../../../workflows/contract/messages.js';

const PROGRESS: RunProgress = {
  phase: 'teach',
  startedAt: '2024-01-01T00:00:00.000Z',
  windows: { planned: 30, trainable: 24, succeeded: 10, skipped: 6, failed: 2 },
  skippedBy: { insufficient_data: 6 },
  failedBy: { Diverged: 2 },
  students: 0,
  cohorts: [
    { id: '2022-01-01_to_2022-06-30', state: 'done', windows: 12, succeeded: 10, failed: 2 },
    { id: '2022-06-30_to_2022-12-27', state: 'running', windows: 8, succeeded: 0, failed: 0 },
    { id: '2022-12-27_to_2023-06-25', state: 'waiting', windows: 4, succeeded: 0, failed: 0 },
  ],
  message: '24 windows in 3 cohorts',
};

const UNIT: UnitProgress = {
  units: { total: 4, done: 2 },
  windows: 8,
  succeeded: 3,
  failed: 1,
  current: 'shard 1/1',
};

describe('the progress of a run', () => {
  it('counts what running cohorts have done, by windows and by work', () => {
    const snapshot = snapshotOf(PROGRESS, new Map([['2022-06-30_to_2022-12-27', UNIT]]));
    expect(snapshot.windows).to.include({ succeeded: 13, failed: 3, skipped: 6, trainable: 24 });
    expect(snapshot.work).to.deep.equal({ done: 12 + 8 / 2, total: 24 });
    expect(snapshot.message).to.equal('2022-06-30 shard 1/1');
  });

  it('takes a cohort that does not answer as not begun', () => {
    const snapshot = snapshotOf(PROGRESS, new Map());
    expect(snapshot.windows.succeeded).to.equal(10);
    expect(snapshot.work.done).to.equal(12);
    expect(snapshot.message).to.equal('24 windows in 3 cohorts');
  });

  it('is one line with counts, rate and time left', () => {
    const snapshot = snapshotOf(PROGRESS, new Map());
    expect(progressLine(snapshot, { perMinute: 4510.2, etaMs: 80_000 })).to.equal(
      'teach    · 10/24 windows, 6 skipped, 2 failed, 4,510/min, ETA 1 min 20 s · 24 windows in 3 cohorts',
    );
    expect(progressLine(snapshot, { perMinute: undefined, etaMs: undefined })).not.to.contain('ETA');
  });

  it('says nothing of windows before they are planned', () => {
    const empty = { planned: 0, trainable: 0, succeeded: 0, skipped: 0, failed: 0 };
    const snapshot = snapshotOf(
      { ...PROGRESS, phase: 'ingest', windows: empty, cohorts: [], message: 'reading bars' },
      new Map(),
    );
    expect(progressLine(snapshot, { perMinute: undefined, etaMs: undefined })).to.equal(
      'ingest   · reading bars',
    );
  });

  it('is a status of the contract', () => {
    expect(runStatusSchema.parse(statusOf('r1', PROGRESS))).to.include({
      runId: 'r1',
      workflowId: 'train/r1',
      phase: 'teach',
      bundle: null,
    });
  });
});

describe('progress where there is no terminal', () => {
  it('is a line every few seconds, and at once for a new phase', () => {
    let now = 0;
    const lines: string[] = [];
    const view = createProgressView({ interactive: false, note: (line) => lines.push(line), now: () => now });
    const at = (ms: number, progress: RunProgress): void => {
      now = ms;
      view.update(snapshotOf(progress, new Map()));
    };
    const more = (succeeded: number): RunProgress => ({
      ...PROGRESS,
      windows: { ...PROGRESS.windows, succeeded },
    });
    at(0, { ...PROGRESS, phase: 'ingest' });
    at(1_000, PROGRESS);
    at(2_000, more(11));
    at(3_000, more(12));
    expect(lines).to.have.length(2);
    at(6_500, more(15));
    expect(lines).to.have.length(3);
    expect(lines[2]).to.match(/15\/24 windows.*\/min/);
    for (let second = 7; second <= 36; second += 1) at(second * 1_000, more(15));
    expect(lines.length, 'a sign of life, and no more').to.be.within(4, 9);
    view.say('a remark');
    expect(lines.at(-1)).to.equal('a remark');
  });
});
