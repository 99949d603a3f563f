import { Context } from '@temporalio/activity';

import type { AuditActivities } from '../audit/activities.js';
import type { AuditTask } from '../audit/index.js';
import type { Beat } from '../heartbeat.js';
import type { IngestActivities } from '../ingest/activities.js';
import type { BundleWork } from '../promote/bundle-work.js';
import type { ScoreActivities } from '../score/activities.js';
import type { ValidateActivities } from '../validate/activities.js';
import type { PoolRequest, PoolResult, PoolWorkName } from './pool-work.js';

/** Who waits for a job. */
export interface PoolWatch {
  readonly beat: Beat;
  /** Aborting it ends the job's thread: what it has written so far is complete files. */
  readonly signal: AbortSignal;
  readonly task: AuditTask;
}

/** Does a job in a thread of the worker's pool. @throws CancelledFailure; GurukulError as the job, OutOfMemory. */
export type RunPooled = <Name extends PoolWorkName>(
  name: Name,
  request: PoolRequest<Name>,
  watch: PoolWatch,
) => Promise<PoolResult<Name>>;

/** Work of the pool as activities, by role, and what other activities have done there. */
export interface PooledActivities {
  readonly io: IngestActivities;
  readonly cpu: ValidateActivities & Pick<AuditActivities, 'auditBundle'> & ScoreActivities;
  readonly bundles: BundleWork;
}

/** Heartbeats and cancellation are those of the activity that asks. */
export function pooledActivities(run: RunPooled): PooledActivities {
  const pooled =
    <Name extends PoolWorkName>(name: Name) =>
    (request: PoolRequest<Name>): Promise<PoolResult<Name>> =>
      run(name, request, watchOf(Context.current()));
  const [verify, compare] = [pooled('verifyBundle'), pooled('compareOnSameRows')];
  const score = pooled('scoreChampion');
  return {
    io: { ingestSymbols: pooled('ingestSymbols'), sealIngest: pooled('sealIngest') },
    cpu: {
      probeCohort: pooled('probeCohort'),
      probeLeakage: pooled('probeLeakage'),
      gatherPredictions: pooled('gatherPredictions'),
      measureCohort: pooled('measureCohort'),
      measureArm: pooled('measureArm'),
      validateRun: pooled('validateRun'),
      auditBundle: pooled('auditBundle'),
      scoreChampion: async () => score(null),
    },
    bundles: {
      verifyBundle: async (folder, known) => verify({ folder, known }),
      compareOnSameRows: async (candidate, champion) => compare({ candidate, champion }),
    },
  };
}

function watchOf(context: Context): PoolWatch {
  const { workflowExecution, scheduledTimestampMs } = context.info;
  return {
    beat: (details) => context.heartbeat(details),
    signal: context.cancellationSignal,
    task: { workflowId: workflowExecution?.workflowId ?? '', scheduledMs: scheduledTimestampMs },
  };
}
