import { expect } from 'chai';

import { shortTimeoutBundle } from '../support/short-timeout-bundle.js';
import { simulatedActivities } from '../support/simulated-activities.js';
import type { RunSimulation, SimulatedRun } from '../support/simulated-run.js';
import { withSimulatedRun } from '../support/simulated-run.js';
import type { TemporalRig } from '../support/temporal-rig.js';
import { startTemporalRig } from '../support/temporal-rig.js';
import { until } from '../support/until.js';
import { workflowIds } from '../../workflows/contract/messages.js';

const FIRST = '2020-01-01_to_2020-06-30';
const SECOND = '2021-01-01_to_2021-06-30';
const COHORTS = [FIRST, SECOND].map((id) => ({ id, windows: 4, shards: 2 }));
const TRAINED = /^(prior|shard|student)\//;

describe('a run on a GPU queue without workers', function () {
  this.timeout(300_000);
  let rig: TemporalRig;

  before(async () => {
    rig = await startTemporalRig({ bundle: await shortTimeoutBundle() });
  });
  after(async () => {
    await rig.replayAll();
    await rig.stop();
  });

  const withRun = async <Result>(
    runId: string,
    simulation: Partial<RunSimulation>,
    accelerator: 'auto' | 'gpu',
    work: (run: SimulatedRun) => Promise<Result>,
  ): Promise<Result> =>
    withSimulatedRun(
      rig,
      runId,
      { cohorts: COHORTS, trainQueue: 'train.gpu', deserted: ['train.gpu'], ...simulation },
      work,
      // The latest cohort is trained first, on its own.
      { accelerator, cohortConcurrency: 1 },
    );

  const looks = ({ record }: SimulatedRun): string[] =>
    record.units.filter((unit) => unit.startsWith('look/'));
  /** The queues on which a cohort was trained. */
  const queuesOf = ({ record }: SimulatedRun, cohort: string): string[] => [
    ...new Set(
      [...record.queues]
        .filter(([unit]) => TRAINED.test(unit) && unit.includes(cohort))
        .map(([, queue]) => queue),
    ),
  ];

  it('is trained on the CPU queue when no GPU worker is seen twice in a row; later cohorts start there', async () => {
    await withRun('deserted', {}, 'auto', async (run) => {
      expect(await run.handle.result()).to.deep.include({
        phase: 'done',
        windows: { planned: 8, succeeded: 8, skipped: 0, failed: 0 },
        students: 2,
      });
      expect(looks(run)).to.deep.equal([`look/${SECOND}/0`, `look/${SECOND}/1`]);
      for (const cohort of [FIRST, SECOND]) expect(queuesOf(run, cohort)).to.deep.equal(['train.cpu']);
    });
  });

  it('waits while GPU workers are busy, and trains whole cohorts on the GPU queue', async () => {
    await withRun('busy', { gpuPollers: () => 1 }, 'auto', async (run) => {
      await until(() => looks(run).length === 3);
      const activities = simulatedActivities({ cohorts: COHORTS }, run.record);
      await rig.withWorkers(activities, async () => run.handle.result(), { only: ['train.gpu'] });
      expect(looks(run).every((look) => look.endsWith('/0'))).to.equal(true);
      for (const cohort of [FIRST, SECOND]) expect(queuesOf(run, cohort)).to.deep.equal(['train.gpu']);
      // Only the first activity of a cohort may move to the other queue.
      const limited = await limitedActivities(workflowIds.cohort('busy', FIRST));
      expect(new Set(limited)).to.deep.equal(new Set(['fitPrior']));
    });
  });

  it('waits as long as it takes with accelerator gpu', async () => {
    await withRun('demanded', {}, 'gpu', async (run) => {
      const cohort = workflowIds.cohort('demanded', SECOND);
      await until(async () => (await scheduledIn(cohort)).length === 1);
      expect(await limitedActivities(cohort)).to.deep.equal([]);
      await run.handle.cancel();
      await run.handle.result().catch(() => undefined);
      expect(looks(run)).to.deep.equal([]);
    });
  });

  /** The activities that a workflow has scheduled. */
  async function scheduledIn(workflowId: string) {
    const open = await rig.client.workflow
      .getHandle(workflowId)
      .fetchHistory()
      .catch(() => undefined);
    return (open?.events ?? []).flatMap(
      ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled ?? [],
    );
  }

  /** Those that time out when no worker takes them. */
  async function limitedActivities(workflowId: string): Promise<string[]> {
    const all = await scheduledIn(workflowId);
    return all
      .filter(({ scheduleToStartTimeout, scheduleToCloseTimeout }) => {
        const [start, close] = [scheduleToStartTimeout, scheduleToCloseTimeout].map((one) =>
          Number(one?.seconds),
        );
        return start !== close;
      })
      .map(({ activityType }) => activityType?.name ?? '');
  }
});
