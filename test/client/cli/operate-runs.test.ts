import { mkdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';

import { expect } from 'chai';
import { z } from 'zod';

import type { PlanActivities } from '../../../activities/plan/activities.js';
import { createPromoteActivities } from '../../../activities/promote/index.js';
import { retryRequestSchema } from '../../../data/schemas/retry-request.js';
import { championSchema } from '../../../data/schemas/decision.js';
import { runInputSchema } from '../../../data/schemas/run-input.js';
import { readJson, writeJson } from '../../../data/store/files.js';
import type { Home } from '../../../data/store/home.js';
import { asFailure } from '../../../workers/activity-failures.js';
import { workflowIds } from '../../../workflows/contract/messages.js';
import { PRIORITY } from '../../../workflows/contract/profiles.js';
import { freshHome, sealedRun } from '../../activities/audit/finished-run.js';
import { runStatus } from '../../support/run-status.js';
import type { Outcome, SimulationRecord } from '../../support/simulated-activities.js';
import { simulatedActivities } from '../../support/simulated-activities.js';
import type { TemporalRig } from '../../support/temporal-rig.js';
import { startTemporalRig } from '../../support/temporal-rig.js';
import { until } from '../../support/until.js';
import { gurukulAsked } from '../support/gurukul-asked.js';
import { askedWorkflows } from '../../support/asked-workflows.js';
import { packageRoot } from '../../../data/store/package-root.js';

const COHORTS = [{ id: '2022-01-01_to_2022-06-30', windows: 4, shards: 2 }];
const SHARD = 'shard/real/2022-01-01_to_2022-06-30';

describe('operating runs from the command line', function () {
  this.timeout(600_000);
  let rig: TemporalRig;
  let home: Home;

  before(async () => {
    rig = await startTemporalRig();
    home = await freshHome();
  });
  after(async () => {
    expect(await rig.replayAll(), 'replayed workflows').to.be.greaterThan(10);
    await rig.stop();
    await rm(home.root, { recursive: true });
  });

  const { done, refused } = gurukulAsked(() => ({ home, address: rig.environment.address }));
  /** Workers whose training is simulated; decisions are the real activity's. */
  const withWorkers = async (
    outcome: (unit: string) => Outcome,
    work: (record: SimulationRecord) => Promise<void>,
    more: Partial<PlanActivities> = {},
  ): Promise<void> => {
    const record: SimulationRecord = { statuses: [], units: [] };
    const simulated = simulatedActivities({ cohorts: COHORTS, outcome }, record);
    const promote = createPromoteActivities({ home, packageRoot, workflows: askedWorkflows() });
    const decideRun: typeof simulated.decideRun = async (request) =>
      promote.decideRun(request).catch((error: unknown) => {
        throw asFailure(error);
      });
    await rig.withWorkers({ ...simulated, ...more, decideRun }, async () => work(record));
  };
  /** What the real activities leave of a run's start. */
  const remember = (runId: string): void => {
    mkdirSync(home.runDir(runId), { recursive: true });
    writeFileSync(home.runInput(runId), JSON.stringify(runInputSchema.parse({ runId, entry: 'next-open' })));
  };

  it('pauses, continues, changes the number of cohorts and cancels, and refuses what makes no sense', async () => {
    await withWorkers(
      (unit) => (unit === `${SHARD}/0` ? 'hang' : 'succeed'),
      async ({ units }) => {
        await done('run', '--run-id', 'held', '--detach');
        await until(() => units.includes(`${SHARD}/0`));
        expect(await refused('unpause', 'held')).to.equal('error: run held: the run is not paused');
        expect(await refused('approve', 'held', '--by', 'Asha', '--reason', 'early')).to.match(
          /^error: the decision on run held: there is no run held$/,
        );
        expect(await done('pause', 'held', '--reason', 'new disk')).to.match(
          /^run held: paused in teach \(new disk\)/,
        );
        expect(await refused('pause', 'held')).to.equal('error: run held: the run is paused already');
        expect(await done('status', 'held')).to.match(/^Run +held: paused, running\n +paused in teach/);
        expect(await refused('set-concurrency', 'held', '65')).to.match(
          /must be a whole number from 1 to 64/,
        );
        expect(JSON.parse(await done('set-concurrency', 'held', '1', '--json'))).to.deep.equal({
          runId: 'held',
          phase: 'paused',
          message: 'cohorts at once from now on: 1',
        });
        expect(JSON.parse(await done('unpause', 'held', '--json'))).to.include({ phase: 'teach' });

        expect(await done('cancel', 'held', '--reason', 'wrong threshold')).to.equal(
          'run held: cancelled; continue with: gurukul resume held',
        );
        const ended = 'has ended (cancelled); start it again with: gurukul resume held';
        for (const verb of ['cancel', 'pause', 'unpause'])
          expect(await refused(verb, 'held')).to.equal(`error: run held ${ended}`);
        for (const verb of ['cancel', 'pause'])
          expect(await refused(verb, 'nobody')).to.match(/^error: there is no run nobody/);
        const history = await rig.client.workflow.getHandle(workflowIds.run('held')).fetchHistory();
        const requests = (history.events ?? []).flatMap(
          ({ workflowExecutionCancelRequestedEventAttributes: request }) => request?.cause ?? [],
        );
        expect(requests).to.deep.equal(['wrong threshold']);
      },
    );
  });

  it('shows what holds a run up', async () => {
    await withWorkers(
      (unit) => (unit === `${SHARD}/0` ? 'StoreUnavailable' : unit === `${SHARD}/1` ? 'hang' : 'succeed'),
      async ({ units }) => {
        await done('run', '--run-id', 'stuck', '--detach');
        await until(() => units.includes(`${SHARD}/0`) && units.includes(`${SHARD}/1`));
        await until(async () => (await done('status', 'stuck')).includes('Held up'));
        expect(await done('status', 'stuck')).to.match(
          /^Held up:\n {2}teach\/stuck\/2022-01-01_to_2022-06-30, teachShard, attempt \d+.*: StoreUnavailable: shard\/real\/.*\/0 met StoreUnavailable$/m,
        );
        const { delays } = z
          .looseObject({ delays: z.array(z.unknown()) })
          .parse(JSON.parse(await done('status', 'stuck', '--json')));
        expect(delays, 'the running shard is not one').to.have.length(1);
        await done('cancel', 'stuck');
        expect(await done('status', 'stuck')).to.not.contain('Held up');
      },
    );
  });

  it('resumes a part of a run: what failed, what was skipped, some symbols', async () => {
    const asked: unknown[] = [];
    const settleRun: PlanActivities['settleRun'] = async (request) => {
      asked.push(request.again);
      return simulatedActivities({ cohorts: COHORTS }, { statuses: [], units: [] }).settleRun(request);
    };
    remember('parts');
    await withWorkers(
      () => 'succeed',
      async () => {
        await done('run', '--run-id', 'parts');
        await done('resume', 'parts', '--only', 'failed');
        await done('resume', 'parts', '--only', 'skipped', '--symbols', 'TCS,INFY');
        await done('resume', 'parts', '--symbols', 'SBIN');
        const wrong = await refused('resume', 'parts', '--only', 'late', '--symbols', '../x');
        expect(wrong).to.match(/--only: must be one of failed, skipped.*\n +--symbols/);
      },
      { settleRun },
    );
    expect(
      asked.map((again) => (again === undefined ? null : retryRequestSchema.parse(again))),
    ).to.deep.equal([
      null,
      { only: 'failed' },
      { only: 'skipped', symbols: ['TCS', 'INFY'] },
      { symbols: ['SBIN'] },
    ]);
  });

  it('approves and rejects a verified bundle once, and a refused request can be repeated', async () => {
    const examine = async (runId: string, seed: number): Promise<void> => {
      const made = await sealedRun(home, { runId, dates: 60, overrides: { seed } });
      const { bundle, digest: bundleDigest } = made;
      await writeJson(home.status(runId), runStatus(runId, { phase: 'done', bundle, bundleDigest }));
    };
    const words = ['--by', 'Asha', '--reason', 'beats its placebo'];
    await withWorkers(
      () => 'succeed',
      async () => {
        await writeJson(home.status('first'), runStatus('first', { phase: 'teach' }));
        expect(await refused('approve', 'first', ...words)).to.contain(
          'run first has no verified bundle yet (phase teach)',
        );
        expect(await refused('approve', 'first')).to.match(/--by: say who decides\n.*--reason: say why/);

        await examine('first', 7);
        await examine('second', 8);
        expect(await refused('approve', 'first', ...words)).to.match(
          /the briefing of run first says do not promote: \d+ of \d+ rules are not met: reject it, or .* --override/,
        );
        const override = [...words, '--override'];
        const approved = JSON.parse(await done('approve', 'first', ...override, '--json')) as unknown;
        expect(approved).to.include({ number: 1, run: 'first', verdict: 'approved' });
        expect(JSON.parse(await done('approve', 'first', ...override, '--json'))).to.deep.equal(approved);
        expect(await refused('reject', 'first', ...words)).to.match(
          /run first was already approved by Asha .*; a decision about a bundle is final$/,
        );
        expect(await done('reject', 'second', '--by', 'Ravi', '--reason', 'too few windows')).to.match(
          /^run second: rejected by Ravi\n/,
        );
        expect((await readJson(home.champion(), championSchema))?.run).to.equal('first');
        expect(await done('status', 'second', '--json')).to.contain('"decision":"rejected"');
        // What was approved, and against which advice, is seen wherever the run is.
        expect(await done('status', 'first')).to.match(
          /^Recommend do not promote: \d+ of \d+ rules are not met\n(?: {10}\S.*\n)+Algorithm [0-9a-f]{16}, that of the champion \(first\)\nDecision {2}approved, override: beats its placebo$/m,
        );
        expect(await done('list')).to.match(/^first +.*do not promote +approved, override/m);

        await examine('third', 9);
        await rm(home.decision(2));
        for (const verb of ['approve', 'reject'])
          expect(await refused(verb, 'third', ...words)).to.contain(
            `the log of decisions is broken: ${home.decision(2)} is missing`,
          );
      },
    );
  });

  it('starts runs by a schedule, skips what would overlap, fills days in, and forgets it', async () => {
    const schedulesSchema = z.array(
      z.looseObject({ schedule: z.string(), paused: z.boolean(), skipped: z.number(), running: z.boolean() }),
    );
    const listed = async () => schedulesSchema.parse(JSON.parse(await done('schedule', 'list', '--json')));
    const runs = async (): Promise<string[]> => {
      const found = [];
      for await (const { workflowId, status } of rig.client.workflow.list({
        query: "WorkflowType = 'trainUniverse' AND WorkflowId STARTS_WITH 'train/nightly_'",
      }))
        found.push(`${workflowId} ${status.name}`);
      return found.sort();
    };
    let holds = true;
    await withWorkers(
      (unit) => (holds && unit === `${SHARD}/0` ? 'hang' : 'succeed'),
      async ({ units }) => {
        expect(await done('schedule', 'create', 'nightly', '--horizon', '3')).to.match(
          /^schedule nightly: next run \d{4}-\d\d-\d\d 16:00:00 IST$/,
        );
        expect(await refused('schedule', 'create', 'nightly')).to.match(/schedule nightly is there already/);
        await done('schedule', 'trigger', 'nightly');
        await until(() => units.includes(`${SHARD}/0`));
        expect(await refused('schedule', 'trigger', 'nightly')).to.match(
          /one of its runs is running \(schedule\/nightly-.*, and the next would be skipped/,
        );
        // Its time comes while the run goes on.
        const handle = rig.client.schedule.getHandle('nightly');
        await handle.trigger('SKIP');
        await until(async () => (await handle.describe()).info.numActionsSkippedOverlap === 1);
        expect(await listed()).to.deep.include.members([
          { ...(await listed())[0], schedule: 'nightly', paused: false, skipped: 1, running: true },
        ]);
        const [held = ''] = await runs();
        expect(await runs(), 'runs').to.deep.equal([`${held.split(' ')[0]} RUNNING`]);

        await done('schedule', 'pause', 'nightly', '--reason', 'quarter end');
        expect(await done('schedule', 'list')).to.match(/^nightly +paused, running .* 1 +quarter end$/m);
        await done('schedule', 'unpause', 'nightly');
        expect((await listed())[0]).to.include({ paused: false });
        holds = false;
        const runId = held.split(' ')[0]?.replace('train/', '') ?? '';
        await done('cancel', runId);
        await until(async () => (await listed())[0]?.running === false);

        expect(await refused('schedule', 'backfill', 'nightly', '--from', '2024-01-03')).to.match(/--to: /);
        await done('schedule', 'backfill', 'nightly', '--from', '2024-01-01', '--to', '2024-01-03');
        const filled = ['20240101103000', '20240102103000'].map((at) => `train/nightly_${at} COMPLETED`);
        await until(async () => (await runs()).filter((each) => each.endsWith('COMPLETED')).length === 2);
        expect(await runs()).to.include.members(filled);
        const first = await rig.client.workflow.getHandle('train/nightly_20240101103000').describe();
        expect(first.priority?.priorityKey).to.equal(PRIORITY.backfill);

        expect(await refused('schedule', 'trigger', 'nightyl')).to.contain('(did you mean nightly?)');
        await done('schedule', 'delete', 'nightly');
        expect(await listed()).to.deep.equal([]);
        expect(await refused('schedule', 'trigger', 'nightly')).to.match(/there is no schedule nightly/);
        expect(await runs(), 'its runs stay').to.have.length(3);
      },
    );
  });
});
