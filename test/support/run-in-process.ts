import type { AuditActivities } from '../../activities/audit/activities.js';
import { createAuditActivities } from '../../activities/audit/index.js';
import { createDistillActivities } from '../../activities/distill/index.js';
import { createIngestActivities } from '../../activities/ingest/index.js';
import { readCohortBars } from '../../activities/market/cohort-bars.js';
import { loadUsedBars } from '../../activities/market/load-feature-table.js';
import type { Trainer } from '../../activities/model/jobs.js';
import { runTrainerJob } from '../../activities/model/run-trainer-job.js';
import { createPlanActivities } from '../../activities/plan/index.js';
import { createStressActivities } from '../../activities/stress/index.js';
import { createTeachActivities } from '../../activities/teach/index.js';
import { createTeachIndexActivities } from '../../activities/teach/index-run.js';
import { createValidateActivities } from '../../activities/validate/index.js';
import { ARMS } from '../../activities/validate/measure-cohort.js';
import type { RunInputDraft } from '../../data/schemas/run-input.js';
import type { RunStatus } from '../../data/schemas/run-status.js';
import { trainingCodeVersion } from '../../data/store/code-version.js';
import type { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import { createTableCache } from '../../workers/trainer/table-cache.js';
import { initBackend } from '../../workers/tensor/backend.js';
import { workflowIds } from '../../workflows/contract/messages.js';
import { steadyPace } from '../activities/model/paces.js';
import { inActivity } from '../activities/validate/in-activity.js';
import { AUDIT_TASK } from './audit-task.js';

/** The sealed bundle of a run: its folder, and its digest. */
export type SealedBundle = Pick<Awaited<ReturnType<AuditActivities['auditBundle']>>, 'bundle' | 'digest'>;

/**
 * Runs the whole pipeline in this process, by its own activities and trainer jobs in the order of `trainUniverse`, without
 * a server. For small runs: nothing is concurrent.
 */
export async function runInProcess(home: Home, runId: string, input: RunInputDraft): Promise<SealedBundle> {
  const trainer = await trainerHere(home);
  const plan = createPlanActivities({ home, packageRoot, pollers: () => Promise.resolve(0), now: Date.now });
  const ingest = createIngestActivities({ home, packageRoot });
  const deps = { home, trainer, shutdown: new AbortController().signal };
  const teach = createTeachActivities(deps);
  const index = createTeachIndexActivities({ home });
  const validate = createValidateActivities({ home });
  return inActivity(async () => {
    const { config, symbols, batches } = await plan.settleRun({ input, runId });
    for (let batch = 0; batch < batches; batch += 1)
      await ingest.ingestSymbols({ config, symbols, batch, batches });
    const { ref } = await ingest.sealIngest({ config, batches });
    const head = await plan.planRun({ config, ingest: ref });
    const { trials } = await index.recordTrials({ config, ingest: ref });
    for (const { id: cohort, shards } of head.cohorts) {
      for (const arm of ['real', 'placebo'] as const) {
        const prior = await teach.fitPrior({ config, cohort, arm, ingest: ref });
        for (let shard = 0; shard < shards; shard += 1)
          await teach.teachShard({ config, cohort, arm, ingest: ref, plan: head.plan, prior, shard });
      }
      await index.sealCohort({ config, cohort, plan: head.plan });
    }
    for (const { id: cohort } of head.cohorts)
      await createDistillActivities(deps).distillStudent({ config, cohort, ingest: ref });
    const taught = await index.indexRun({ config, plan: head.plan });
    const probed = await validate.probeLeakage({
      ...{ config, ingest: ref, plan: head.plan, index: taught, byCohort: true },
    });
    const gathered = await validate.gatherPredictions({ config, index: taught, ingest: ref });
    const stressed = await createStressActivities(deps).stressStudent({ config, ingest: ref, index: taught });
    for (const { id: cohort } of head.cohorts) await validate.measureCohort({ config, cohort, ingest: ref });
    for (const arm of ARMS) await validate.measureArm({ config, arm, index: taught, trials });
    const figures = await validate.validateRun({
      ...{ config, ...gathered, ...stressed, drift: probed.drift, trials },
      measured: { index: taught, ingest: ref },
    });
    const sealed = await createAuditActivities({ home, packageRoot, task: AUDIT_TASK }).auditBundle({
      ...{ config, plan: head.plan, ingest: ref, index: taught },
      ...gathered,
      ...stressed,
      ...probed,
      ...figures,
    });
    await plan.recordStatus({ status: statusOf(runId, sealed), message: '' });
    return sealed;
  });
}

/** A trainer without a process of its own. */
async function trainerHere(home: Home): Promise<Trainer> {
  const [backend, codeVersion] = await Promise.all([initBackend(), trainingCodeVersion()]);
  const loadTable = createTableCache(home, codeVersion);
  return {
    run: (job, { onProgress }) =>
      runTrainerJob(job, {
        ...{ home, codeVersion, loadTable, backend: backend.id, batchBytes: Infinity, pace: steadyPace() },
        cohortBars: (of) => readCohortBars(home, of),
        loadBars: (of) => loadUsedBars(home, of.ingest, of.config),
        progress: onProgress,
      }),
  };
}

function statusOf(runId: string, { bundle, digest }: SealedBundle): RunStatus {
  return {
    ...{ runId, workflowId: workflowIds.run(runId), phase: 'done', bundle, bundleDigest: digest },
    windows: { planned: 0, succeeded: 0, skipped: 0, failed: 0 },
    ...{ skippedBy: {}, failedBy: {}, students: 0, decision: 'pending' },
  };
}
