import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { workflowMetadataQuery } from '@temporalio/workflow';
import { expect } from 'chai';

import type { RunInputDraft } from '../../data/schemas/run-input.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import type { Simulation, SimulationRecord } from '../support/simulated-activities.js';
import { simulatedActivities } from '../support/simulated-activities.js';
import type { TemporalRig } from '../support/temporal-rig.js';
import { startTemporalRig } from '../support/temporal-rig.js';
import {
  ABOVE_FAILURE_THRESHOLD,
  cancelReasonSignal,
  runProgressQuery,
  workflowIds,
} from '../../workflows/contract/messages.js';
import { searchAttributes } from '../../workflows/contract/search-attributes.js';
import { trainUniverse } from '../../workflows/train-universe.js';

const COHORTS = [
  { id: '2022-01-01_to_2022-06-30', windows: 10, shards: 2 },
  { id: '2022-06-30_to_2022-12-27', windows: 9, shards: 2 },
  { id: '2022-12-27_to_2023-06-25', windows: 1, shards: 1 },
];

describe('trainUniverse on a real server, with simulated training', () => {
  let rig: TemporalRig;
  let replayed = 0;

  before(async function () {
    this.timeout(300_000);
    rig = await startTemporalRig();
  });

  after(async function () {
    this.timeout(300_000);
    replayed = await rig.replayAll();
    await rig.stop();
    // Every run has an ingest and cohorts of its own.
    expect(replayed, 'replayed workflows').to.be.greaterThan(10);
  });

  async function start(runId: string, simulation: Partial<Simulation>, input: RunInputDraft = {}) {
    const record: SimulationRecord = { statuses: [], units: [] };
    const activities = simulatedActivities({ cohorts: COHORTS, ...simulation }, record);
    const outcome = await rig.withWorkers(activities, async () => {
      const handle = await rig.client.workflow.start(trainUniverse, {
        workflowId: workflowIds.run(runId),
        taskQueue: 'meta',
        args: [{ runId, ...input }],
      });
      const result = await handle.result().catch((error: unknown) => error);
      const { currentDetails } = await handle.query(workflowMetadataQuery);
      return {
        result,
        progress: await handle.query(runProgressQuery),
        description: await handle.describe(),
        details: currentDetails ?? '',
      };
    });
    return { record, ...outcome };
  }

  it('goes through every phase and counts every window', async () => {
    const { result, record, progress } = await start('all-well', { skippedBy: { excluded: 4 } });
    const expected: RunStatus = {
      runId: 'all-well',
      workflowId: 'train/all-well',
      phase: 'done',
      windows: { planned: 24, succeeded: 20, skipped: 4, failed: 0 },
      skippedBy: { excluded: 4 },
      failedBy: {},
      students: 3,
      bundle: '/home/release/audit',
      bundleDigest: 'f'.repeat(64),
      reuse: {
        windows: { reused: 0, trained: 20 },
        cohorts: { reused: 0, trained: 3 },
        trained: COHORTS.map(({ id }) => id),
        changes: [],
      },
      decision: 'pending',
    };
    expect(result).to.deep.equal(expected);
    expect(record.statuses.map(({ status }) => status.phase)).to.deep.equal([
      'ingest',
      'teach',
      'distill',
      'validate',
      'audit',
      'done',
    ]);
    expect(progress.cohorts.every(({ state }) => state === 'done')).to.equal(true);
  });

  it('reports what was reused and what has changed', async () => {
    const changes = ['since run monday:', 'new bars since 2024-12-27: 20 symbols'];
    const [whole, part, fresh] = COHORTS.map(({ id }) => id);
    const reused = (unit: string): boolean =>
      unit.includes(whole ?? '') || unit === `shard/real/${part}/0` || unit === `shard/placebo/${fresh}/0`;
    const { result, progress, details } = await start('reusing', { changes, reused });
    expect(progress.reuse).to.deep.equal({
      windows: { reused: 14, trained: 6 },
      cohorts: { reused: 1, trained: 2 },
      trained: [part, fresh],
      changes,
    });
    expect(result).to.have.property('reuse').that.deep.equals(progress.reuse);
    expect(details).to.contain(
      '**Reused:** 14 windows (cohorts: 1) · **trained:** 6 windows (cohorts: 2)\n\n- since run monday:\n- new bars',
    );
    expect(details).to.contain(`| ${part} | done | 9 of 9 | 4 | 0 |`);
  });

  it('trains every prior and shard of both arms exactly once', async () => {
    const { record } = await start('once', {});
    const units = COHORTS.flatMap(({ id, shards }) =>
      ['real', 'placebo'].flatMap((arm) => [
        `prior/${arm}/${id}`,
        ...Array.from({ length: shards }, (_, shard) => `shard/${arm}/${id}/${shard}`),
      ]),
    );
    const trained = record.units.filter((unit) => /^(prior|shard)/.test(unit));
    expect(trained.sort()).to.deep.equal(units.sort());
  });

  it('fails only the windows of a shard that fails', async () => {
    const { result, record } = await start(
      'one-shard-fails',
      { outcome: (unit) => (unit === `shard/real/${COHORTS[0]?.id}/1` ? 'Diverged' : 'succeed') },
      { maxFailureRate: 0.3 },
    );
    expect(result).to.deep.include({
      windows: { planned: 20, succeeded: 15, skipped: 0, failed: 5 },
      failedBy: { Diverged: 5 },
      phase: 'done',
    });
    expect(record.units.filter((unit) => unit.startsWith('lost/'))).to.deep.equal([
      `lost/${COHORTS[0]?.id}/1/Diverged`,
    ]);
  });

  it('fails above the threshold, with the status in the failure and the notice in the bundle’s place', async () => {
    const { result, record } = await start('too-many', {
      outcome: (unit) => (unit.startsWith('prior/real/2022-01') ? 'BadSchema' : 'succeed'),
      skippedBy: { no_bars: 7 },
    });
    expect(result).to.be.instanceOf(WorkflowFailedError);
    const cause = result instanceof WorkflowFailedError ? result.cause : undefined;
    expect(cause).to.be.instanceOf(ApplicationFailure);
    if (!(cause instanceof ApplicationFailure)) return;
    expect(cause.type).to.equal(ABOVE_FAILURE_THRESHOLD);
    expect(cause.message.split('\n')).to.deep.equal([
      '10 windows failed, 50.0 % of those tried, above the limit of 20 % (BadSchema 10)',
      'BadSchema: 10 windows of 10 symbols',
      '  Fix: correct the bar files, then resume',
      'Fix this, then: gurukul resume too-many --only failed (all of it is in FAILED.md)',
    ]);
    expect(record.units.filter((unit) => unit.startsWith('lost/'))).to.deep.equal([
      'lost/2022-01-01_to_2022-06-30/all/BadSchema',
    ]);
    expect(cause.details?.[0]).to.deep.include({
      failedBy: { BadSchema: 10 },
      bundle: '/home/release/audit/FAILED.md',
      phase: 'failed',
    });
    expect(record.statuses.at(-1)?.status.phase).to.equal('failed');
    expect(record.statuses.at(-1)?.message).to.equal(cause.message.split('\n')[0]);
  });

  it('does not count skips as failures', async () => {
    const { result } = await start('skips', { skippedBy: { not_listed: 500 } }, { maxFailureRate: 0 });
    expect(result).to.deep.include({ phase: 'done' });
  });

  it('counts windows that were refused at the plan as failures', async () => {
    const { result } = await start('refused-at-plan', { failedAtPlan: { BadSchema: 2 } });
    expect(result).to.deep.include({
      windows: { planned: 22, succeeded: 20, skipped: 0, failed: 2 },
      failedBy: { BadSchema: 2 },
    });
  });

  it('counts windows without rows to train on as skipped', async () => {
    const { result } = await start(
      'no-rows',
      { outcome: (unit) => (unit === `shard/real/${COHORTS[2]?.id}/0` ? 'DataGap' : 'succeed') },
      { maxFailureRate: 0 },
    );
    expect(result).to.deep.include({
      windows: { planned: 20, succeeded: 19, skipped: 1, failed: 0 },
      skippedBy: { insufficient_data: 1 },
      failedBy: {},
    });
  });

  it('fails when nothing was trained, although no window failed', async () => {
    const { result, record } = await start('nothing-trained', {
      outcome: (unit) => (unit.startsWith('shard/') ? 'DataGap' : 'succeed'),
      skippedBy: { insufficient_data: 3 },
    });
    const cause = result instanceof WorkflowFailedError ? result.cause : undefined;
    expect(cause).to.be.instanceOf(ApplicationFailure);
    if (!(cause instanceof ApplicationFailure)) return;
    expect(cause.type).to.equal('DataGap');
    expect(cause.message.split('\n')[0]).to.equal('no window was trained (insufficient_data 23)');
    expect(cause.details?.[0]).to.deep.include({
      windows: { planned: 23, succeeded: 0, skipped: 23, failed: 0 },
      bundle: '/home/release/audit/FAILED.md',
      phase: 'failed',
    });
    expect(record.units).to.include('notice').and.not.to.include('probes');
    expect(record.statuses.at(-1)?.status.phase).to.equal('failed');
  });

  it('fails without a placebo, since no figure could be trusted', async () => {
    const { result } = await start('no-placebo', {
      outcome: (unit) => (unit.startsWith('shard/placebo/2022-01') ? 'Diverged' : 'succeed'),
    });
    const cause = result instanceof WorkflowFailedError ? result.cause : undefined;
    expect(cause).to.have.property('type', ABOVE_FAILURE_THRESHOLD);
  });

  it('fails without figures or bundle when a probe finds a leak', async () => {
    const { result, record } = await start('leaks', {
      outcome: (unit) => (unit === 'probes' ? 'Bug' : 'succeed'),
    });
    const cause = result instanceof WorkflowFailedError ? result.cause : undefined;
    expect(cause).to.have.property('type', 'Bug');
    expect(cause).to.have.property('message', 'probes met Bug');
    expect(record.units.filter((unit) => unit === 'probes')).to.have.length(1);
    expect(record.statuses.at(-1)).to.deep.include({ message: 'probes met Bug' });
    expect(record.statuses.at(-1)?.status).to.include({ phase: 'failed', bundle: null });
  });

  it('refuses wrong input at once, with nothing recorded', async () => {
    const { result, record } = await start('wrong', {}, { windowDays: 0 });
    const cause = result instanceof WorkflowFailedError ? result.cause : undefined;
    expect(cause).to.have.property('type', 'InvalidInput');
    expect(record.statuses).to.deep.equal([]);
  });

  it('records its failure when the bars of a valid input hold nothing to train', async () => {
    const { result, record } = await start('nothing-to-train', {
      outcome: (unit) => (unit === 'plan' ? 'InvalidInput' : 'succeed'),
    });
    const cause = result instanceof WorkflowFailedError ? result.cause : undefined;
    expect(cause).to.have.property('type', 'InvalidInput');
    expect(record.statuses.map(({ status }) => status.phase)).to.deep.equal(['ingest', 'failed']);
    expect(record.statuses.at(-1)).to.have.property('message', 'plan met InvalidInput');
  });

  it('fails with the ingest’s own message', async () => {
    const { result } = await start('ingest-fails', {
      outcome: (unit) => (unit === 'ingest/2' ? 'BadSchema' : 'succeed'),
    });
    const cause = result instanceof WorkflowFailedError ? result.cause : undefined;
    expect(cause).to.have.property('message', 'ingest/2 met BadSchema');
    expect(cause).to.have.property('type', 'BadSchema');
  });

  it('is cancelled in the middle of a shard, and records it', async () => {
    const record: SimulationRecord = { statuses: [], units: [] };
    const activities = simulatedActivities(
      { cohorts: COHORTS, outcome: (unit) => (unit.startsWith('shard/') ? 'hang' : 'succeed') },
      record,
    );
    await rig.withWorkers(activities, async () => {
      const handle = await rig.client.workflow.start(trainUniverse, {
        workflowId: workflowIds.run('cancelled'),
        taskQueue: 'meta',
        args: [{ runId: 'cancelled' }],
      });
      while (!record.units.some((unit) => unit.startsWith('shard/')))
        await new Promise((resolve) => setTimeout(resolve, 50));
      await handle.signal(cancelReasonSignal, 'wrong threshold');
      await handle.cancel();
      const error: unknown = await handle.result().catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(WorkflowFailedError);
      expect(error instanceof WorkflowFailedError ? error.cause : undefined).to.be.instanceOf(
        CancelledFailure,
      );
    });
    const { status, message } = record.statuses.at(-1) ?? {};
    expect(status).to.include({ phase: 'cancelled', cancelReason: 'wrong threshold' });
    expect(message).to.equal('cancelled (wrong threshold): `gurukul resume` continues the run');
  });

  it('leaves a bundle as it is when what failed is still refused and nothing else has changed', async () => {
    const record: SimulationRecord = { statuses: [], units: [] };
    const before: RunStatus = {
      runId: 'same',
      workflowId: 'train/same',
      phase: 'done',
      windows: { planned: 25, succeeded: 19, skipped: 1, failed: 5 },
      skippedBy: { insufficient_data: 1 },
      failedBy: { BadSchema: 5 },
      students: 3,
      bundle: '/home/release/audit_same',
      bundleDigest: 'a'.repeat(64),
      decision: 'pending',
    };
    const simulated = simulatedActivities({ cohorts: COHORTS, failedAtPlan: { BadSchema: 5 } }, record);
    const finished = { status: before, plan: 'p', bars: 'b', code: 'c' };
    const activities = {
      ...simulated,
      settleRun: async (request: Parameters<typeof simulated.settleRun>[0]) => ({
        ...(await simulated.settleRun(request)),
        finished,
      }),
      planRun: async (request: Parameters<typeof simulated.planRun>[0]) => {
        expect(request.finished).to.deep.equal(finished);
        return { ...(await simulated.planRun(request)), unchanged: true };
      },
    };
    const result = await rig.withWorkers(activities, async () =>
      rig.client.workflow.execute(trainUniverse, {
        workflowId: workflowIds.run('same'),
        taskQueue: 'meta',
        args: [{ runId: 'same' }, { again: { only: 'failed' } }],
      }),
    );
    expect(result).to.deep.include({ ...before, unchanged: true });
    expect(record.units.filter((unit) => !/^(ingest|plan)/.test(unit))).to.deep.equal([]);
    expect(record.statuses.at(-1)).to.deep.include({
      message:
        'nothing has changed since the run was done, so its bundle is still valid; windows still refused: 5',
    });
  });

  it('starts from plain JSON without a run id, and names itself after its start', async () => {
    const record: SimulationRecord = { statuses: [], units: [] };
    const status = await rig.withWorkers(simulatedActivities({ cohorts: COHORTS }, record), async () =>
      rig.client.workflow.execute<(input: unknown) => Promise<RunStatus>>('trainUniverse', {
        workflowId: 'by-hand',
        taskQueue: 'meta',
        args: [{ source: 'synthetic', seed: 3 }],
      }),
    );
    expect(status.runId).to.match(/^live_candidate_\d{8}_\d{6}$/);
    expect(status.phase).to.equal('done');
  });

  it('shows itself in the search attributes and the current details', async () => {
    const { description, details } = await start(
      'shown',
      {
        skippedBy: { excluded: 1 },
        outcome: (unit) => (unit === `shard/real/${COHORTS[0]?.id}/1` ? 'Diverged' : 'succeed'),
      },
      { maxFailureRate: 0.3 },
    );
    expect(details).to.contain('21 windows planned · 15 of 20 trained (75 %) · 1 skipped · 5 failed');
    expect(details).to.contain('**Bundle:** `/home/release/audit`');
    expect(details).to.contain(
      `**Failed:** Diverged 5\n\n- Diverged: shard/real/${COHORTS[0]?.id}/1 met Diverged`,
    );
    expect(details).to.contain(`| ${COHORTS[0]?.id} | done | 5 of 10 | 0 | 5 |`);
    expect(details).to.contain('**Skipped:** excluded 1');
    const shown = description.typedSearchAttributes;
    expect(shown.get(searchAttributes.run)).to.equal('shown');
    expect(shown.get(searchAttributes.phase)).to.equal('done');
    expect(shown.get(searchAttributes.outcome)).to.equal('done');
    expect(shown.get(searchAttributes.failed)).to.equal(5);
  });

  it('shows a run that was refused as failed, and why', async () => {
    const { description, details } = await start('shown-refused', {}, { windowDays: 0 });
    expect(description.typedSearchAttributes.get(searchAttributes.outcome)).to.equal('failed');
    expect(details).to.match(/^\*\*failed\*\* · refused/);
    expect(details).to.contain('then `gurukul resume shown-refused`');
  });

  it('shows windows that the plan refuses while the run goes on', async () => {
    const { description } = await start('shown-at-plan', { failedAtPlan: { BadSchema: 2 } });
    expect(description.typedSearchAttributes.get(searchAttributes.failed)).to.equal(2);
  });

  it('says in its failure how to fix it', async () => {
    const { result, details } = await start('how-to-fix', {
      outcome: (unit) => (unit.startsWith('shard/real') ? 'Diverged' : 'succeed'),
    });
    const cause = result instanceof WorkflowFailedError ? result.cause : undefined;
    expect(cause?.message).to.match(
      /\(Diverged 20\)\n.*\n.*\nFix this, then: gurukul resume how-to-fix --only failed/,
    );
    expect(details).to.contain('The notice is `/home/release/audit/FAILED.md`.');
  });
});
