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
import { PRIORITY, priorityOf } from '../../workflows/contract/profiles.js';
import { trainUniverse } from '../../workflows/train-universe.js';

const COHORTS = Array.from({ length: 6 }, (_, index) => ({
  id: `202${index}-01-01_to_202${index}-06-30`,
  windows: 2,
  shards: 1,
}));

/** Runs that have filled the queue of training one after the other, and then get one worker. */
async function begunInTurn(
  rig: TemporalRig,
  runs: readonly (readonly [runId: string, priority: number])[],
): Promise<readonly string[]> {
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
    const handles = [];
    for (const [runId, priority] of runs) {
      const run = await rig.client.workflow.start(trainUniverse, {
        workflowId: workflowIds.run(runId),
        taskQueue: 'meta',
        args: [{ runId, cohortConcurrency: COHORTS.length }],
        priority: priorityOf(runId, priority),
      });
      await until(async () => {
        const { cohorts } = await run.query(runProgressQuery);
        return cohorts.length > 0 && cohorts.every(({ state }) => state === 'running');
      });
      handles.push(run);
    }
    // The first prior of every cohort of all runs waits in the queue.
    await until(async () => (await backlogOf(rig.client, 'train.cpu')) === runs.length * COHORTS.length);
    const train = await Worker.create({
      connection,
      taskQueue: 'train.cpu',
      activities,
      maxConcurrentActivityTaskExecutions: 1,
    });
    workers.push(train);
    polling.push(train.run());
    for (const handle of handles) await handle.result();
  } finally {
    for (const worker of workers) worker.shutdown();
    await Promise.all(polling);
  }
  return begun;
}

describe('runs that wait for one training worker', function () {
  this.timeout(300_000);
  let rig: TemporalRig;

  afterEach(async () => {
    await rig.replayAll();
    await rig.stop();
  });

  it('go by priority: a resumed run overtakes a waiting backfill', async () => {
    rig = await startTemporalRig();
    const begun = await begunInTurn(rig, [
      ['backfill', PRIORITY.backfill],
      ['resumed', PRIORITY.resumed],
    ]);
    expect(begun).to.deep.equal([...COHORTS.map(() => 'resumed'), ...COHORTS.map(() => 'backfill')]);
  });

  it('of one priority go in turn, where the server keeps fairness', async () => {
    rig = await startTemporalRig({ settings: ['matching.enableFairness=true'] });
    const begun = await begunInTurn(rig, [
      ['large', PRIORITY.manual],
      ['later', PRIORITY.manual],
    ]);
    // Without fairness all of the first come before any of the second.
    const firstHalf = begun.slice(0, COHORTS.length);
    expect(firstHalf.filter((runId) => runId === 'later')).to.have.length.of.at.least(2);
    expect(firstHalf.filter((runId) => runId === 'large')).to.have.length.of.at.least(2);
    expect(begun).to.have.length(2 * COHORTS.length);
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
