import { WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { expect } from 'chai';

import type { SimulationRecord } from '../support/simulated-activities.js';
import { simulatedActivities } from '../support/simulated-activities.js';
import type { RunSimulation, SimulatedRun } from '../support/simulated-run.js';
import { firstTimes, refusalOf, withSimulatedRun } from '../support/simulated-run.js';
import { suiteRig } from '../support/suite-rig.js';
import { isStill } from '../support/is-still.js';
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
import type { trainUniverse } from '../../workflows/train-universe.js';

const COHORTS = Array.from({ length: 6 }, (_, index) => ({
  id: `202${index}-01-01_to_202${index}-06-30`,
  windows: 8,
  shards: 4,
}));
const FIRST = '2020-01-01_to_2020-06-30';
/** The two shards of the first cohort that are trained at once. */
const HANGING = /^shard\/real\/2020.*\/[01]$/;
const inFlight = [0, 1].map((shard) => `shard/real/${FIRST}/${shard}`);
/** So low that a run of a few cohorts continues as new several times. */
const EVENTS_UNTIL_CONTINUED = 110;

describe('operating a run, with simulated training', function () {
  this.timeout(300_000);
  const rig = suiteRig({ eventsUntilContinued: EVENTS_UNTIL_CONTINUED }, 20);

  const withRun = async <Result>(
    runId: string,
    simulation: Partial<RunSimulation>,
    work: (run: SimulatedRun) => Promise<Result>,
  ): Promise<Result> => withSimulatedRun(rig(), runId, { cohorts: COHORTS, ...simulation }, work);

  it('stops running shards at a pause, shows it, and resumes them', async () => {
    const outcome = firstTimes(HANGING, 'hang');
    await withRun('paused', { outcome }, async ({ handle, record, times }) => {
      await until(() => inFlight.every((unit) => times(unit) === 1));
      const answer = await handle.executeUpdate(pauseUpdate, { args: [{ reason: 'disk change' }] });
      expect(answer.phase).to.equal('paused');
      expect(answer.message).to.match(/^paused in teach \(disk change\): 48 windows/);

      // In the other running cohort everything succeeds; it soon stops too.
      await until(() => isStill(rig().client, handle));
      const begun = record.units.length;
      await handle.executeUpdate(setConcurrencyUpdate, { args: [{ cohorts: 3 }] });
      await until(() => isStill(rig().client, handle));
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
      expect(await refusalOf(handle.executeUpdate(unpauseUpdate))).to.equal('the run is not paused');
      for (const cohorts of [0, 65, 1.5])
        expect(await refusalOf(handle.executeUpdate(setConcurrencyUpdate, { args: [{ cohorts }] }))).to.match(
          /whole number from 1 to 64/,
        );
      expect(await refusalOf(handle.executeUpdate('setConcurrency'))).to.match(/whole number/);
      expect(await refusalOf(handle.executeUpdate('setConcurrency', { args: ['4'] }))).to.match(
        /send an object/,
      );
      expect(await refusalOf(handle.executeUpdate('pause', { args: [{ reason: 7 }] }))).to.match(/^reason: /);
      expect(await refusalOf(handle.executeUpdate(retryFailedUpdate, { args: [undefined] }))).to.match(
        /no window has failed/,
      );
      // Without arguments, as from the Web UI.
      await handle.executeUpdate('pause');
      expect(await refusalOf(handle.executeUpdate('pause'))).to.equal('the run is paused already');
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
    let handle: SimulatedRun['handle'] | undefined;
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
    await rig().withWorkers(simulatedActivities({ cohorts: COHORTS }, record), async () => {
      const again = rig().client.workflow.getHandle<typeof trainUniverse>(workflowIds.run('kept'));
      expect((await again.query(runProgressQuery)).phase).to.equal('paused');
      await again.executeUpdate(setConcurrencyUpdate, { args: [{ cohorts: 1 }] });
      await until(() => isStill(rig().client, again));
      expect(record.units).to.deep.equal([]);
      await again.executeUpdate(unpauseUpdate);
      const status = await again.result();
      expect(status.windows).to.deep.equal({ planned: 48, succeeded: 48, skipped: 0, failed: 0 });
      expect(status.students).to.equal(6);
    });
    const executions: string[] = [];
    for await (const { runId } of rig().client.workflow.list({ query: "WorkflowId = 'train/kept'" }))
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
    for await (const { runId } of rig().client.workflow.list({ query: "WorkflowType = 'trainCohort'" }))
      executions.push(runId);
    expect(executions.length).to.be.greaterThan(8);
  });

  it('shows and records the right phase when a pause and an unpause come close together', async () => {
    const held = inFlight;
    await withRun('paused-often', { held }, async ({ handle, record, times, letGo }) => {
      await until(() => inFlight.every((unit) => times(unit) === 1));
      for (let round = 0; round < 10; round += 1) {
        // An unpause that overtakes its pause is refused.
        await Promise.allSettled([handle.executeUpdate('pause'), handle.executeUpdate('unpause')]);
        const { phase } = await handle.query(runProgressQuery);
        expect(record.statuses.at(-1)?.status.phase, `recorded in round ${round}`).to.equal(phase);
        const answer = await handle.executeUpdate(unpauseUpdate).catch(() => undefined);
        expect(answer?.phase ?? 'was not paused', `round ${round}, which shows ${phase}`).to.equal(
          phase === 'paused' ? 'teach' : 'was not paused',
        );
      }
      for (const unit of inFlight) letGo(unit);
      expect(await handle.result()).to.deep.include({ phase: 'done', failedBy: {} });
    });
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
