import { workflowMetadataQuery } from '@temporalio/workflow';
import { expect } from 'chai';

import { runInputSchema } from '../../data/schemas/run-input.js';
import { workflowIds } from '../../workflows/contract/messages.js';
import { trainCohort } from '../../workflows/train-cohort.js';
import { simulatedActivities } from '../support/simulated-activities.js';
import { holding } from '../support/simulated-run.js';
import type { TemporalRig } from '../support/temporal-rig.js';
import { startTemporalRig } from '../support/temporal-rig.js';
import { until } from '../support/until.js';

const COHORT = { id: '2022-01-01_to_2022-06-30', windows: 40, shards: 20 };
const FILE = { uri: 'f', sha256: '0'.repeat(64), bytes: 0, rows: 0 };

describe('trainCohort on a real server, with simulated training', function () {
  this.timeout(300_000);
  let rig: TemporalRig;

  before(async () => {
    rig = await startTemporalRig();
  });
  after(async () => {
    await rig.replayAll();
    await rig.stop();
  });

  it('estimates the time left after a continue-as-new from what was done since', async () => {
    // Two are in flight at once: the third begins when the first has ended.
    const next = [10, 11, 12].map((shard) => `shard/real/${COHORT.id}/${shard}`);
    const { hold, letGo, letAllGo } = holding(next);
    const activities = simulatedActivities({ cohorts: [COHORT], hold }, { statuses: [], units: [] });
    await rig.withWorkers(activities, async () => {
      const handle = await rig.client.workflow.start(trainCohort, {
        workflowId: workflowIds.cohort('r', COHORT.id),
        taskQueue: 'meta',
        args: [
          {
            config: { ...runInputSchema.parse({ entry: 'next-open' }), runId: 'r' },
            cohort: COHORT,
            ingest: FILE,
            plan: FILE,
            trainQueue: 'train.cpu',
            carried: {
              version: 1,
              arm: 'real',
              prior: FILE,
              shard: 10,
              progress: { done: 11, succeeded: 20, failedBy: {}, messages: [] },
              hold: { held: false, order: 0 },
            },
          },
        ],
      });
      const details = async (): Promise<string> =>
        (await handle.query(workflowMetadataQuery)).currentDetails ?? '';
      try {
        await until(async () => (await details()).includes('11 of 42 units'));
        expect(await details()).to.not.contain('left');
        letGo(next[0] ?? '');
        await until(async () => (await details()).includes('12 of 42 units'));
        expect(await details()).to.match(/12 of 42 units · .* · about .* left/);
      } finally {
        letAllGo();
      }
      expect(await handle.result()).to.deep.include({ succeeded: 40, failedBy: {} });
    });
  });
});
