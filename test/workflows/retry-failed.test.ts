import { WorkflowFailedError } from '@temporalio/client';
import { expect } from 'chai';

import type { Outcome } from '../support/simulated-activities.js';
import type { RunSimulation, SimulatedRun } from '../support/simulated-run.js';
import { firstTimes, refusalOf, withSimulatedRun } from '../support/simulated-run.js';
import { suiteRig } from '../support/suite-rig.js';
import { until } from '../support/until.js';
import {
  ABOVE_FAILURE_THRESHOLD,
  pauseUpdate,
  retryFailedUpdate,
  runProgressQuery,
  setConcurrencyUpdate,
  unpauseUpdate,
  workflowIds,
} from '../../workflows/contract/messages.js';

const FIRST = '2020-01-01_to_2020-06-30';
const SECOND = '2021-01-01_to_2021-06-30';
const THIRD = '2022-01-01_to_2022-06-30';
const COHORTS = [FIRST, SECOND, THIRD].map((id) => ({ id, windows: 8, shards: 4 }));
const EVENTS_UNTIL_CONTINUED = 110;

describe('retrying failed windows of a running run, with simulated training', function () {
  this.timeout(300_000);
  const rig = suiteRig({ eventsUntilContinued: EVENTS_UNTIL_CONTINUED }, 12);

  const withRun = async <Result>(
    runId: string,
    simulation: Partial<RunSimulation>,
    maxFailureRate: number,
    work: (run: SimulatedRun) => Promise<Result>,
  ): Promise<Result> =>
    withSimulatedRun(rig(), runId, { cohorts: COHORTS.slice(0, 2), ...simulation }, work, { maxFailureRate });

  const stateOf = async ({ handle }: SimulatedRun, cohort: string) =>
    (await handle.query(runProgressQuery)).cohorts.find(({ id }) => id === cohort);
  const retry = async ({ handle }: SimulatedRun, symbols?: readonly string[]) =>
    handle.executeUpdate(retryFailedUpdate, { args: [symbols === undefined ? undefined : { symbols }] });
  const forgotten = ({ record }: SimulatedRun): string[] =>
    record.units.filter((unit) => unit.startsWith('forget/'));

  it('trains them while other cohorts are trained', async () => {
    const held = [`shard/real/${SECOND}/0`];
    const outcome = firstTimes(/^shard\/real\/2020.*\/[01]$/, 'BadSchema');
    await withRun('retried', { outcome, held }, 0, async (run) => {
      await until(async () => (await stateOf(run, FIRST))?.failed === 4);
      expect(await retry(run)).to.deep.include({ windows: 4, cohorts: 1, phase: 'teach' });
      expect(forgotten(run)).to.deep.equal([`forget/${FIRST}`]);
      await until(async () => (await stateOf(run, FIRST))?.succeeded === 8);
      run.letGo(`shard/real/${SECOND}/0`);
      expect(await run.handle.result()).to.deep.include({
        windows: { planned: 16, succeeded: 16, skipped: 0, failed: 0 },
        failedBy: {},
      });
      expect(run.times(`shard/real/${FIRST}/0`)).to.equal(2);
    });
  });

  it('trains only cohorts in which the named symbols have failed, and counts only what is retried', async () => {
    const held = [`shard/real/${THIRD}/0`];
    const outcome = firstTimes(/^shard\/real\/202[01].*\/[01]$/, 'BadSchema');
    const forgets = (symbols: readonly string[]) =>
      symbols.includes('TCS') ? { windows: 1, cohorts: [SECOND] } : { windows: 0, cohorts: [] };
    const simulation = { cohorts: COHORTS, outcome, held, forgets };
    await withRun('retried-symbols', simulation, 0.5, async (run) => {
      for (const cohort of [FIRST, SECOND])
        await until(async () => (await stateOf(run, cohort))?.failed === 4);
      expect(await refusalOf(retry(run, ['INFY']))).to.equal(
        'no window of INFY has failed in a cohort that has ended',
      );
      expect(await retry(run, ['TCS'])).to.deep.include({ windows: 1, cohorts: 1 });
      await until(async () => (await stateOf(run, SECOND))?.succeeded === 8);
      run.letGo(`shard/real/${THIRD}/0`);
      expect((await run.handle.result()).windows).to.deep.include({ succeeded: 20, failed: 4 });
      expect(run.times(`prior/real/${SECOND}`)).to.equal(2);
      expect(run.times(`prior/real/${FIRST}`)).to.equal(1);
    });
  });

  it('is refused while the failure notice is written, since the run fails anyway', async () => {
    const held = ['notice'];
    const outcome = (unit: string): Outcome => (unit.startsWith('shard/real/2020') ? 'BadSchema' : 'succeed');
    await withRun('refused-notice', { outcome, held }, 0, async (run) => {
      await until(() => run.times('notice') === 1);
      const refusal = await refusalOf(retry(run)).finally(() => run.letGo('notice'));
      expect(refusal).to.match(/every cohort has ended/);
      const error: unknown = await run.handle.result().catch((reason: unknown) => reason);
      expect(error instanceof WorkflowFailedError ? error.cause : error).to.have.property(
        'type',
        ABOVE_FAILURE_THRESHOLD,
      );
      expect(forgotten(run)).to.deep.equal([]);
    });
  });

  it('is refused after the last cohort has ended in a paused run, since nobody would train them', async () => {
    const last = `seal/${SECOND}`;
    const held = [last];
    const outcome = firstTimes(/^shard\/real\/2020.*\/0$/, 'BadSchema');
    await withRun('refused-paused', { outcome, held }, 1, async (run) => {
      await until(async () => (await stateOf(run, FIRST))?.state === 'done');
      await until(() => run.times(last) === 1);
      await run.handle.executeUpdate(pauseUpdate, { args: [undefined] });
      run.letGo(last);
      await until(async () => (await stateOf(run, SECOND))?.state === 'done');
      const refusal = await refusalOf(retry(run)).finally(async () =>
        run.handle.executeUpdate(unpauseUpdate),
      );
      expect(refusal).to.match(/every cohort has ended/);
      const status = await run.handle.result();
      expect(status).to.deep.include({ phase: 'done', failedBy: { BadSchema: 2 }, students: 2 });
      expect(status.windows).to.deep.include({ succeeded: 14, failed: 2 });
      expect(forgotten(run)).to.deep.equal([]);
    });
  });

  it('is not lost when the last cohort ends while a retry is prepared in a long history', async () => {
    const last = `seal/${SECOND}`;
    const forgetting = `forget/${FIRST}`;
    const held = [last, forgetting];
    const outcome = firstTimes(/^shard\/real\/2020.*\/0$/, 'BadSchema');
    await withRun('retried-draining', { outcome, held }, 0, async (run) => {
      await until(async () => (await stateOf(run, FIRST))?.state === 'done');
      await until(() => run.times(last) === 1);
      const newest = rig().client.workflow.getHandle(workflowIds.run('retried-draining'));
      while ((await newest.describe()).historyLength <= EVENTS_UNTIL_CONTINUED)
        await run.handle.executeUpdate(setConcurrencyUpdate, { args: [{ cohorts: 4 }] });
      const answer = retry(run);
      await until(() => run.times(forgetting) === 1);
      run.letGo(last);
      await until(async () => (await stateOf(run, SECOND))?.state === 'done');
      run.letGo(forgetting);
      expect(await answer).to.deep.include({ cohorts: 1 });
      const status = await run.handle.result();
      expect(status.windows).to.deep.equal({ planned: 16, succeeded: 16, skipped: 0, failed: 0 });
      expect(run.times(`shard/real/${FIRST}/0`)).to.equal(2);
    });
  });
});
