import type { FileRef } from '../../data/schemas/file-ref.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import type { ErrorType } from '../../data/errors.js';
import type { LostShard } from '../../data/store/lost-shards.js';
import type { Arm } from '../market/feature-table.js';

interface CohortRequest {
  readonly config: RunConfig;
  /** Id of the cohort, `START_to_END`. */
  readonly cohort: string;
}

/** Counts of a shard or a cohort. */
export interface TaughtCounts {
  readonly succeeded: number;
  readonly failedBy: Partial<Record<ErrorType, number>>;
  /** Windows among those that succeeded that were reused from finished units; absent: none. */
  readonly reused?: number;
  /** Why some of the windows were not trained, for the Web UI; bounded in size. */
  readonly notes: readonly string[];
}

/** Tensor work, on the run's training queue. */
export interface TeachActivities {
  /** Fits the prior of a cohort; returns its manifest. */
  fitPrior(request: CohortRequest & { readonly arm: Arm; readonly ingest: FileRef }): Promise<FileRef>;
  /** Trains the windows of a shard as one batch. */
  teachShard(
    request: CohortRequest & {
      readonly arm: Arm;
      readonly ingest: FileRef;
      readonly plan: FileRef;
      readonly prior: FileRef;
      /** Index of the shard, from 0. */
      readonly shard: number;
    },
  ): Promise<TaughtCounts>;
}

/** Bookkeeping of the step teach, on queue meta. */
export interface TeachIndexActivities {
  /**
   * Removes finished shards with failed windows, so that these are trained again.
   *
   * @param request.cohorts Ids of the cohorts to check; absent: all of the run.
   * @param request.symbols Only shards in which a window of one of these symbols has failed.
   * @param request.untaught Cohorts without any teacher, whatever their shards record.
   * @returns The affected cohorts, and the number of failed windows that are trained again.
   * `cohorts` is absent in histories of earlier versions.
   */
  forgetFailures(request: {
    readonly runId: string;
    readonly cohorts?: readonly string[];
    readonly symbols?: readonly string[];
    readonly untaught?: readonly string[];
  }): Promise<{ readonly windows: number; readonly cohorts?: readonly string[] }>;
  /**
   * Lists the manifests of a cohort's finished shards in `cohort.json`, and records how the windows of the
   * other shards ended.
   *
   * @param request.lost Shards of the real arm that ended without a result; absent: none.
   */
  sealCohort(
    request: CohortRequest & { readonly plan: FileRef; readonly lost?: readonly LostShard[] },
  ): Promise<FileRef>;
  /** Records that a cohort failed as a whole, with all its windows. */
  recordLostCohort(
    request: CohortRequest & {
      readonly plan: FileRef;
      readonly error: ErrorType;
      readonly message: string;
    },
  ): Promise<void>;
  /**
   * Adds the run's configurations to the home's ledger of trials before any of them is trained, so that failed
   * and cancelled runs count as well. `trials`: the number that the run itself compares.
   */
  recordTrials(request: {
    readonly config: RunConfig;
    readonly ingest: FileRef;
  }): Promise<{ readonly trials: number }>;
  /** Lists all shards and students of the run, for the steps validate and audit. */
  indexRun(request: { readonly config: RunConfig; readonly plan: FileRef }): Promise<FileRef>;
}
