import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { expect } from 'chai';

import type { SimulationRecord } from '../support/simulated-activities.js';
import { simulatedActivities } from '../support/simulated-activities.js';
import type { TemporalRig } from '../support/temporal-rig.js';
import { startTemporalRig } from '../support/temporal-rig.js';
import { until } from '../support/until.js';
import { workflowBundle } from '../../workers/workflow-bundle.js';
import { runProgressQuery, workflowIds } from '../../workflows/contract/messages.js';
import { PRIORITY } from '../../workflows/contract/profiles.js';
import { trainUniverse } from '../../workflows/train-universe.js';

const COHORTS = Array.from({ length: 6 }, (_, index) => ({
  id: `202${index}-01-01_to_202${index}-06-30`,
  windows: 2,
  shards: 1,
}));

describe('runs that wait for one training worker', function () {
  this.timeout(300_000);
  let rig: TemporalRig;

  before(async () => {
    rig = await startTemporalRig();
  });
  after(async () => {
    await rig.replayAll();
    await rig.stop();
  });

  const startRun = async (client: Client, runId: string, priorityKey: number) =>
    client.workflow.start(trainUniverse, {
      workflowId: workflowIds.run(runId),
      taskQueue: 'meta',
      args: [{ runId, cohortConcurrency: COHORTS.length }],
      priority: { priorityKey },
    });

  it('go by priority: a resumed run overtakes a waiting backfill', async () => {
    const { nativeConnection: connection } = rig.environment;
    const record: SimulationRecord = { statuses: [], units: [] };
    const simulated = simulatedActivities({ cohorts: COHORTS }, record);
    const begun: string[] = [];
    const activities: typeof simulated = {
      ...simulated,
      fitPrior: async (request) => {
        if (request.arm === 'real') begun.push(request.config.runId);
        return simulated.fitPrior(request);
      },
    };
    const bundle = { workflowBundle: await workflowBundle() };
    const workers = await Promise.all(
      ['meta', 'io', 'cpu'].map(async (taskQueue) =>
        Worker.create({ connection, taskQueue, activities, ...(taskQueue === 'meta' ? bundle : {}) }),
      ),
    );
    const polling = workers.map(async (worker) => worker.run());
    try {
      const waiting = async (runId: string, priority: number) => {
        const run = await startRun(rig.client, runId, priority);
        await until(async () => {
          const { cohorts } = await run.query(runProgressQuery);
          return cohorts.length > 0 && cohorts.every(({ state }) => state === 'running');
        });
        return run;
      };
      const backfill = await waiting('backfill', PRIORITY.backfill);
      const resumed = await waiting('resumed', PRIORITY.resumed);
      // The first prior of every cohort of both runs waits in the queue.
      await until(async () => (await backlogOf(rig.client, 'train.cpu')) === 2 * COHORTS.length);
      const train = await Worker.create({
        connection,
        taskQueue: 'train.cpu',
        activities,
        maxConcurrentActivityTaskExecutions: 1,
      });
      workers.push(train);
      polling.push(train.run());
      await resumed.result();
      await backfill.result();
    } finally {
      for (const worker of workers) worker.shutdown();
      await Promise.all(polling);
    }
    expect(begun).to.deep.equal([...COHORTS.map(() => 'resumed'), ...COHORTS.map(() => 'backfill')]);
  });
});

/** Activity tasks waiting in a queue, as counted by the server. */
async function backlogOf({ connection, options: { namespace } }: Client, queue: string): Promise<number> {
  const { stats } = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: queue },
    taskQueueType: proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
    reportStats: true,
  });
  return Number(stats?.approximateBacklogCount ?? 0);
}
