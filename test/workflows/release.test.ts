import { rm } from 'node:fs/promises';

import { WorkflowUpdateFailedError } from '@temporalio/client';
import { expect } from 'chai';

import type { PromoteActivities } from '../../activities/promote/activities.js';
import type { PromotionWait } from '../../activities/promote/follow-log.js';
import { createPromoteActivities } from '../../activities/promote/index.js';
import { championOf } from '../../data/decisions/champion-state.js';
import { readDecisions } from '../../data/decisions/decisions.js';
import { errorMessage } from '../../data/errors.js';
import { writeJson } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import { asFailure } from '../../workers/activity-failures.js';
import { releaseWorkflows } from '../../workers/release-workflows.js';
import { changeChampion } from '../../workflows/change-champion.js';
import type { Approval } from '../../workflows/contract/messages.js';
import {
  approveUpdate,
  bundleSealedSignal,
  decideUpdate,
  rejectUpdate,
  workflowIds,
} from '../../workflows/contract/messages.js';
import type { promoteRun } from '../../workflows/promote-run.js';
import { trainUniverse } from '../../workflows/train-universe.js';
import type { watchChampion } from '../../workflows/watch-champion.js';
import { audit, finishedRun, freshHome } from '../activities/audit/finished-run.js';
import { rejection } from '../support/rejection.js';
import { runStatus } from '../support/run-status.js';
import { shortTimeoutBundle } from '../support/short-timeout-bundle.js';
import { simulatedActivities } from '../support/simulated-activities.js';
import type { TemporalRig } from '../support/temporal-rig.js';
import { startTemporalRig } from '../support/temporal-rig.js';
import { until } from '../support/until.js';

const COHORTS = [{ id: '2022-01-01_to_2022-06-30', windows: 4, shards: 1 }];
const DAY_MS = 86_400_000;

/** Timers of days take milliseconds; see short-timeout-interceptors.ts. */
describe('a release on a server', function () {
  this.timeout(600_000);
  let rig: TemporalRig;
  let home: Home;
  /** What is added to the time of a look at a champion. */
  let turnedDays = 0;
  before(async () => {
    rig = await startTemporalRig({ bundle: await shortTimeoutBundle() });
    home = await freshHome();
    // So long that a wait ends only where a test wants it to.
    await writeJson(home.policy(), { release: { version: 1, expiryDays: 365, reminderDays: 365 } });
  });
  after(async () => {
    expect(await rig.replayAll(), 'replayed workflows').to.be.greaterThan(8);
    await rig.stop();
    await rm(home.root, { recursive: true });
  });

  const withWorkers = async (work: (units: readonly string[]) => Promise<void>): Promise<void> => {
    const record = { statuses: [], units: [] as string[] };
    const { nativeConnection } = rig.environment;
    const real = createPromoteActivities({
      ...{ home, packageRoot },
      workflows: releaseWorkflows({
        connection: nativeConnection,
        namespace: 'default',
        dataConverter: undefined,
      }),
    });
    const failing = <Request, Answer>(activity: (request: Request) => Promise<Answer>) => {
      return async (request: Request): Promise<Answer> =>
        activity(request).catch((error: unknown) => {
          throw asFailure(error);
        });
    };
    const promote: PromoteActivities = {
      openPromotion: failing(async (request) => real.openPromotion(request)),
      decideRun: failing(async (request) => real.decideRun(request)),
      expireDecision: failing(async (request) => real.expireDecision(request)),
      changeChampion: failing(async (request) => real.changeChampion(request)),
      remindDecision: async (request) => {
        record.units.push(`remind/${request.runId}/${request.left}`);
        return real.remindDecision(request);
      },
      reviewChampion: failing(async (request) => {
        record.units.push(`look/${request.champion}`);
        const at = new Date(Date.parse(request.at) + turnedDays * DAY_MS).toISOString();
        return real.reviewChampion({ ...request, at });
      }),
    };
    const simulated = simulatedActivities({ cohorts: COHORTS }, record);
    await rig.withWorkers({ ...simulated, ...promote }, async () => work(record.units));
  };
  const examine = async (runId: string, seed: number): Promise<PromotionWait> => {
    const overrides = { seed, author: 'Ravi' };
    const made = await audit(home, await finishedRun(home, { runId, dates: 40, overrides }));
    const { bundle, digest: bundleDigest } = made;
    await writeJson(home.status(runId), runStatus(runId, { phase: 'done', bundle, bundleDigest }));
    return { runId, bundleDigest, expiryDays: 30, reminderDays: 7 };
  };
  const open = async (wait: PromotionWait) =>
    rig.client.workflow.start<typeof promoteRun>('promoteRun', {
      args: [{ runId: wait.runId, wait }],
      taskQueue: 'meta',
      workflowId: workflowIds.promotion(wait.runId),
    });
  const words = { by: 'Asha', reason: 'beats its placebo' };
  const approval: Approval = { ...words, override: true };
  const why = async (update: Promise<unknown>): Promise<string> => {
    const error = await rejection(update, WorkflowUpdateFailedError);
    return errorMessage(error.cause);
  };
  const champion = async () => championOf(await readDecisions(home));
  const watchOf = (number: number) =>
    rig.client.workflow.getHandle<typeof watchChampion>(workflowIds.watch(number));

  it('is opened by a run, which is done without it', async () => {
    await withWorkers(async () => {
      const run = await rig.client.workflow.start(trainUniverse, {
        args: [{ runId: 'trained', cohortConcurrency: 1 }],
        taskQueue: 'meta',
        workflowId: workflowIds.run('trained'),
      });
      expect((await run.result()).phase).to.equal('done');
      const promotion = rig.client.workflow.getHandle(workflowIds.promotion('trained'));
      expect((await promotion.describe()).status.name).to.equal('RUNNING');
      expect((await promotion.describe()).parentExecution ?? null).to.equal(null);
      await promotion.terminate();
    });
  });

  it('waits with reminders until its time is over', async () => {
    const wait = await examine('late', 7);
    await withWorkers(async (units) => {
      const promotion = await open(wait);
      // A second start of the same wait is the same.
      await promotion.signal(bundleSealedSignal, wait);
      const decision = await promotion.result();
      expect(decision).to.include({ run: 'late', verdict: 'expired' });
      expect(units).to.deep.equal([23, 16, 9, 2].map((left) => `remind/late/${left}`));
    });
  });

  it('ends its wait at a reminder where its run was removed', async () => {
    const wait = await examine('gone', 13);
    await rm(home.runDir('gone'), { recursive: true });
    await withWorkers(async (units) => {
      expect(await (await open(wait)).result()).to.equal(null);
      expect(units).to.deep.equal(['remind/gone/23']);
    });
  });

  it('goes on waiting after a refusal, and is approved by another than its author', async () => {
    const wait = await examine('first', 8);
    await withWorkers(async () => {
      const promotion = await open({ ...wait, expiryDays: 365, reminderDays: 365 });
      const approve = async (request: Approval) =>
        promotion.executeUpdate(approveUpdate, { args: [request] });
      expect(await why(approve({ ...approval, by: '' }))).to.match(/^by: must be a text of 1 to 500/);
      expect(await why(approve(words))).to.contain('says do not promote');
      expect(await why(approve({ ...approval, by: 'ravi' }))).to.contain('somebody else has to');
      expect(await why(approve({ ...approval, expect: 'run_x' }))).to.contain('something differs');
      expect((await promotion.describe()).status.name, 'still open').to.equal('RUNNING');
      expect(await approve(approval)).to.include({ run: 'first', verdict: 'approved' });
      expect(await promotion.result()).to.deep.include({ run: 'first', verdict: 'approved' });
      expect((await champion())?.run).to.equal('first');
      const watch = await watchOf((await champion())?.decision ?? 0).describe();
      expect(watch.status.name).to.equal('RUNNING');
    });
  });

  it('waits for a newer bundle of its run as long as for the first, and is rejected', async () => {
    const wait = await examine('again', 9);
    await withWorkers(async () => {
      const promotion = await open({ ...wait, expiryDays: 365, reminderDays: 365 });
      const newer = await examine('again', 10);
      await promotion.signal(bundleSealedSignal, { ...newer, expiryDays: 365, reminderDays: 365 });
      const decision = await promotion.executeUpdate(rejectUpdate, { args: [words] });
      expect(decision).to.include({ verdict: 'rejected', bundleDigest: newer.bundleDigest });
      await promotion.result();
    });
  });

  it('takes the update of earlier clients, by the same rules', async () => {
    await examine('old', 11);
    await withWorkers(async () => {
      const promotion = await rig.client.workflow.start<typeof promoteRun>('promoteRun', {
        args: [{ runId: 'old' }],
        taskQueue: 'meta',
        workflowId: workflowIds.promotion('old'),
      });
      const decide = { verdict: 'approved', ...words } as const;
      expect(await why(promotion.executeUpdate(decideUpdate, { args: [decide] }))).to.contain(
        'do not promote',
      );
    });
  });

  it('is staged, approved for use, rolled back and retired, and the watches follow', async () => {
    await withWorkers(async () => {
      const first = (await champion())?.decision ?? 0;
      const wait = await examine('second', 12);
      const promotion = await open({ ...wait, expiryDays: 365, reminderDays: 365 });
      const staged = await promotion.executeUpdate(approveUpdate, { args: [{ ...approval, stage: true }] });
      expect(staged).to.include({ verdict: 'approved', shadow: true });
      await promotion.result();
      const later = await open({ ...wait, expiryDays: 365, reminderDays: 365 });
      const second = await later.executeUpdate(approveUpdate, { args: [approval] });
      await later.result();
      await watchOf(first).result();
      const change = async (args: Parameters<typeof changeChampion>) =>
        rig.client.workflow.execute(changeChampion, {
          args,
          taskQueue: 'meta',
          workflowId: workflowIds.championChange,
        });
      const restored = await change([{ change: 'rollback', ...words }]);
      expect(restored).to.include({ run: 'first', verdict: 'restored', restores: first });
      await watchOf(second.number).result();
      expect(await change([{ change: 'retire', ...words }])).to.include({ run: 'first', verdict: 'retired' });
      await watchOf(restored.number).result();
      expect(await champion()).to.equal(undefined);
    });
  });

  it('is reviewed when a trigger fires on a later day, and approved once more', async () => {
    const wait = await examine('third', 13);
    await withWorkers(async (units) => {
      const promotion = await open({ ...wait, expiryDays: 365, reminderDays: 365 });
      const approved = await promotion.executeUpdate(approveUpdate, { args: [approval] });
      await promotion.result();
      await until(() => units.filter((one) => one === `look/${approved.number}`).length >= 2);
      const opened = async () =>
        (await rig.client.workflow.getHandle(workflowIds.promotion('third')).describe()).status.name;
      expect(await opened()).to.equal('COMPLETED');
      turnedDays = 181;
      await until(async () => (await opened()) === 'RUNNING');
      expect((await champion())?.run, 'it is not demoted').to.equal('third');
      turnedDays = 0;
      const again = await rig.client.workflow
        .getHandle<typeof promoteRun>(workflowIds.promotion('third'))
        .executeUpdate(approveUpdate, { args: [{ ...approval, reason: 'nothing better' }] });
      expect(again.number).to.be.greaterThan(approved.number);
      await watchOf(approved.number).result();
      await watchOf(again.number).terminate();
    });
  });
});
