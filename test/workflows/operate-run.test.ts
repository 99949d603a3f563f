import type { WorkflowHandle } from '@temporalio/client';
import { WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { expect } from 'chai';

import type { RunInputDraft } from '../../data/schemas/run-input.js';
import type { Outcome, Simulation, SimulationRecord } from '../support/simulated-activities.js';
import { simulatedActivities } from '../support/simulated-activities.js';
import type { TemporalRig } from '../support/temporal-rig.js';
import { startTemporalRig } from '../support/temporal-rig.js';
import { until } from '../support/until.js';
import {
  pauseUpdate,
  retryFailedUpdate,
  runProgressQuery,
  setConcurrencyUpdate,
  unpauseUpdate,
  workflowIds,
} from '../../workflows/contract/messages.js';
import { searchAttributes } from '../../workflows/contract/search-attributes.js';
import { trainUniverse } from '../../workflows/train-universe.js';

const COHORTS = Array.from({ length: 6 }, (_, index) => ({
  id: `202${index}-01-01_to_202${index}-06-30`,
  windows: 8,
  shards: 4,
}));
const FIRST = '2020-01-01_to_2020-06-30';
/** The two shards of the first cohort that are in flight at once. */
const HANGING = /^shard\/real\/2020.*\/[01]$/;
const inFlight = [0, 1].map((shard) => `shard/real/${FIRST}/${shard}`);
/** So low that a run of a few cohorts continues as new several times. */
const EVENTS_UNTIL_CONTINUED = 110;

describe('operating a run, with simulated training', function () {
  this.timeout(45_000);
  let rig: TemporalRig;

  before(async () => {
    rig = await startTemporalRig({ eventsUntilContinued: EVENTS_UNTIL_CONTINUED });
  });
  after(async () => {
    expect(await rig.replayAll(), 'replayed workflows').to.be.greaterThan(20);
    await rig.stop();
  });

  type Run = WorkflowHandle<typeof trainUniverse>;
  interface Started {
    readonly handle: Run;
    readonly record: SimulationRecord;
    /** How often a unit was begun. */
    readonly times: (unit: string) => number;
  }

  const withRun = async <Result>(
    runId: string,
    simulation: Partial<Simulation>,
    work: (run: Started) => Promise<Result>,
    input: RunInputDraft = {},
  ): Promise<Result> => {
    const record: SimulationRecord = { statuses: [], units: [] };
    return rig.withWorkers(simulatedActivities({ cohorts: COHORTS, ...simulation }, record), async () => {
      const handle = await rig.client.workflow.start(trainUniverse, {
        workflowId: workflowIds.run(runId),
        taskQueue: 'meta',
        args: [{ runId, ...input }],
      });
      const times = (unit: string): number => record.units.filter((name) => name === unit).length;
      return work({ handle, record, times });
    });
  };

  /** An outcome that is `first` the first times a unit is begun, and success from then on. */
  const firstTimes = (matches: RegExp, first: Outcome, times = 1): NonNullable<Simulation['outcome']> => {
    const begun = new Map<string, number>();
    return (unit) => {
      const before = begun.get(unit) ?? 0;
      begun.set(unit, before + 1);
      return matches.test(unit) && before < times ? first : 'succeed';
    };
  };

  const refused = async (request: Promise<unknown>): Promise<string> => {
    const error: unknown = await request.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(WorkflowUpdateFailedError);
    const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
    expect(cause).to.have.property('type', 'InvalidInput');
    return cause?.message ?? '';
  };

  it('stops running shards at a pause, shows it, and does them again from there', async () => {
    const outcome = firstTimes(HANGING, 'hang');
    await withRun('paused', { outcome }, async ({ handle, record, times }) => {
      await until(() => inFlight.every((unit) => times(unit) === 1));
      const answer = await handle.executeUpdate(pauseUpdate, { args: [{ reason: 'disk change' }] });
      expect(answer.phase).to.equal('paused');
      expect(answer.message).to.match(/^paused in teach \(disk change\): 48 windows/);

      // The other cohort in flight succeeds at everything: it too stands still soon.
      await new Promise((resolve) => setTimeout(resolve, 500));
      const begun = record.units.length;
      await new Promise((resolve) => setTimeout(resolve, 700));
      expect(record.units.length, 'units begun while paused').to.equal(begun);
      expect((await handle.query(runProgressQuery)).phase).to.equal('paused');
      const { typedSearchAttributes } = await handle.describe();
      expect(typedSearchAttributes.get(searchAttributes.phase)).to.equal('paused');
      expect(record.statuses.at(-1)?.status.phase).to.equal('paused');

      expect((await handle.executeUpdate(unpauseUpdate)).phase).to.equal('teach');
      const status = await handle.result();
      expect(status).to.deep.include({ phase: 'done', failedBy: {}, students: 6 });
      expect(status.windows.succeeded).to.equal(48);
      for (const unit of inFlight) expect(times(unit), unit).to.equal(2);
      expect(times(`shard/real/${FIRST}/2`)).to.equal(1);
    });
  });

  it('refuses what makes no sense, without a trace in the history', async () => {
    const outcome = firstTimes(HANGING, 'hang');
    await withRun('refusals', { outcome }, async ({ handle, times }) => {
      await until(() => inFlight.every((unit) => times(unit) === 1));
      expect(await refused(handle.executeUpdate(unpauseUpdate))).to.equal('the run is not paused');
      for (const cohorts of [0, 65, 1.5])
        expect(await refused(handle.executeUpdate(setConcurrencyUpdate, { args: [{ cohorts }] }))).to.match(
          /whole number from 1 to 64/,
        );
      expect(await refused(handle.executeUpdate('setConcurrency'))).to.match(/whole number/);
      expect(await refused(handle.executeUpdate('setConcurrency', { args: ['4'] }))).to.match(
        /send an object/,
      );
      expect(await refused(handle.executeUpdate('pause', { args: [{ reason: 7 }] }))).to.match(/^reason: /);
      expect(await refused(handle.executeUpdate(retryFailedUpdate, { args: [undefined] }))).to.match(
        /no window has failed/,
      );
      // Without arguments, as from the Web UI.
      await handle.executeUpdate('pause');
      expect(await refused(handle.executeUpdate('pause'))).to.equal('the run is paused already');
      await handle.executeUpdate('unpause');
      expect((await handle.result()).phase).to.equal('done');
      const updates = ((await handle.fetchHistory()).events ?? []).filter(
        ({ workflowExecutionUpdateAcceptedEventAttributes: accepted }) => accepted,
      );
      expect(updates.length, 'accepted updates in the last execution').to.be.at.most(2);
    });
  });

  it('keeps a pause over a restart of all workers and a continue-as-new', async () => {
    const outcome = firstTimes(/^shard\/real\/2023.*\/0$/, 'hang');
    let handle: Run | undefined;
    await withRun('kept', { outcome }, async (run) => {
      handle = run.handle;
      await until(() => run.times(`shard/real/${COHORTS[3]?.id}/0`) === 1);
      await run.handle.executeUpdate(setConcurrencyUpdate, { args: [{ cohorts: 1 }] });
      await run.handle.executeUpdate(pauseUpdate, { args: [{ reason: 'night' }] });
    });
    const description = await handle?.describe();
    expect(description?.status.name).to.equal('RUNNING');
    expect(description?.typedSearchAttributes.get(searchAttributes.phase)).to.equal('paused');

    const record: SimulationRecord = { statuses: [], units: [] };
    await rig.withWorkers(simulatedActivities({ cohorts: COHORTS }, record), async () => {
      const again = rig.client.workflow.getHandle<typeof trainUniverse>(workflowIds.run('kept'));
      expect((await again.query(runProgressQuery)).phase).to.equal('paused');
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(record.units).to.deep.equal([]);
      await again.executeUpdate(unpauseUpdate);
      const status = await again.result();
      expect(status.windows).to.deep.equal({ planned: 48, succeeded: 48, skipped: 0, failed: 0 });
      expect(status.students).to.equal(6);
    });
    const executions: string[] = [];
    for await (const { runId } of rig.client.workflow.list({ query: "WorkflowId = 'train/kept'" }))
      executions.push(runId);
    expect(executions.length, 'executions of the run').to.be.greaterThan(1);
  });

  it('continues a cohort of many shards as new, and trains each of them once', async () => {
    const cohorts = [{ id: '2022-01-01_to_2022-06-30', windows: 60, shards: 30 }];
    await withRun('many-shards', { cohorts }, async ({ handle, record }) => {
      const status = await handle.result();
      expect(status.windows.succeeded).to.equal(60);
      const shards = record.units.filter((unit) => unit.startsWith('shard/'));
      expect(shards).to.have.length(60);
      expect(new Set(shards).size).to.equal(60);
    });
    const executions: string[] = [];
    for await (const { runId } of rig.client.workflow.list({ query: "WorkflowType = 'trainCohort'" }))
      executions.push(runId);
    expect(executions.length).to.be.greaterThan(8);
  });

  it('tries failed windows again in the same run', async () => {
    // The first cohort fails once; the second one holds the run in the step teach.
    const fails = firstTimes(/^shard\/real\/2020.*\/[01]$/, 'BadSchema');
    const holds = firstTimes(/^shard\/real\/2021.*\/0$/, 'hang');
    const outcome = (unit: string): Outcome => {
      const failing = fails(unit);
      return failing === 'succeed' ? holds(unit) : failing;
    };
    await withRun(
      'retried',
      { outcome, cohorts: COHORTS.slice(0, 2) },
      async ({ handle, record, times }) => {
        await until(() => times(`shard/real/${COHORTS[1]?.id}/0`) === 1);
        await until(async () => (await handle.query(runProgressQuery)).failedBy.BadSchema === 4);
        const answer = await handle.executeUpdate(retryFailedUpdate, { args: [undefined] });
        expect(answer).to.deep.include({ windows: 4, cohorts: 1, phase: 'teach' });
        expect(times(`forget/${FIRST}`)).to.equal(1);
        await until(async () => (await handle.query(runProgressQuery)).cohorts[0]?.succeeded === 8);
        // Lets the cohort go on that hangs.
        await handle.executeUpdate('pause');
        await handle.executeUpdate('unpause');
        expect(await handle.result()).to.deep.include({
          windows: { planned: 16, succeeded: 16, skipped: 0, failed: 0 },
          failedBy: {},
        });
        expect(record.units.filter((unit) => unit === `shard/real/${FIRST}/0`)).to.have.length(2);
      },
      { maxFailureRate: 0 },
    );
  });

  it('is cancelled while it is paused', async () => {
    const outcome = firstTimes(HANGING, 'hang');
    await withRun('cancelled-paused', { outcome }, async ({ handle, record, times }) => {
      await until(() => inFlight.every((unit) => times(unit) === 1));
      await handle.executeUpdate('pause');
      await handle.cancel();
      const error: unknown = await handle.result().catch((reason: unknown) => reason);
      expect(error instanceof WorkflowFailedError ? error.cause : error).to.be.instanceOf(CancelledFailure);
      expect(record.statuses.at(-1)?.status.phase).to.equal('cancelled');
    });
  });
});
