import type { CohortHead } from '../../activities/plan/activities.js';
import type { TaughtCounts } from '../../activities/teach/activities.js';
import type { Arm } from '../../activities/market/feature-table.js';
import type { ErrorType } from '../../data/errors.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import type { LostShard } from '../../data/store/lost-shards.js';
import type { Hold } from './messages.js';
import type { TrainQueue } from './profiles.js';

/** Input of `trainCohort`. */
export interface CohortRequest {
  readonly config: RunConfig;
  readonly cohort: CohortHead;
  readonly ingest: FileRef;
  readonly plan: FileRef;
  readonly trainQueue: TrainQueue;
  /** Set by the cohort itself when it continues as new. */
  readonly carried?: CarriedCohort;
}

/** Result of `trainCohort`. */
export interface CohortResult extends TaughtCounts {
  /** The queue on which it was trained; absent in histories of earlier versions. */
  readonly trainQueue?: TrainQueue;
}

/** What a cohort carries over a continue-as-new, between two shards. Plain JSON. */
export interface CarriedCohort {
  readonly version: 1;
  readonly arm: Arm;
  readonly prior: FileRef;
  /** First shard that is not done; all earlier ones are. */
  readonly shard: number;
  readonly progress: CohortCounts;
  readonly hold: Hold;
}

/** Counts of a cohort so far, as plain JSON. */
export interface CohortCounts {
  /** Priors and shards that have ended, of both arms. */
  readonly done: number;
  readonly succeeded: number;
  readonly failedBy: Partial<Record<ErrorType, number>>;
  readonly reused?: number;
  readonly messages: readonly string[];
  /** Shards that ended without a result; absent: none. */
  readonly lost?: readonly LostShard[];
}
