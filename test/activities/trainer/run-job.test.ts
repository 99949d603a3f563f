import { MockActivityEnvironment } from '@temporalio/testing';
import { expect } from 'chai';

import type { Trainer, TrainerResult } from '../../../activities/model/jobs.js';
import { runJob } from '../../../activities/trainer/run-job.js';
import { armFaults } from '../../../data/fault-injection.js';
import { priorJob } from '../model/job-rig.js';

const RESULT: TrainerResult = {
  manifest: { uri: 'u', sha256: 's', bytes: 0, rows: 0 },
  succeeded: 0,
  failedBy: {},
  reused: false,
};

describe('a trainer job in an activity', () => {
  afterEach(() => armFaults([]));

  /** The heartbeats that reach the server for a job that reports two steps. */
  async function beats(): Promise<unknown[]> {
    const trainer: Trainer = {
      run: (_, { onProgress }) => {
        onProgress({ phase: 'features', step: 0, steps: 1 });
        onProgress({ phase: 'predict', step: 1, steps: 4, symbols: ['A', 'B', 'C'] });
        return Promise.resolve(RESULT);
      },
    };
    const environment = new MockActivityEnvironment();
    const sent: unknown[] = [];
    environment.on('heartbeat', (details: unknown) => sent.push(details));
    const deps = { trainer, shutdown: new AbortController().signal };
    const result = await environment.run(() => runJob(deps, priorJob()));
    expect(result).to.equal(RESULT);
    return sent;
  }

  it('sends a heartbeat with every progress, with the number of windows instead of their symbols', async () => {
    expect(await beats()).to.deep.equal([
      { phase: 'features', step: 0, steps: 1 },
      { phase: 'predict', step: 1, steps: 4, windows: 3 },
    ]);
  });

  it('completes even when its heartbeats are lost', async () => {
    armFaults([{ at: 'worker.heartbeat', do: 'lose', on: 'prior', after: 1, times: 'always' }]);
    expect(await beats()).to.deep.equal([{ phase: 'features', step: 0, steps: 1 }]);
  });
});
