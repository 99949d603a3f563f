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
  /** Of those that succeeded, windows that were found finished; absent: none. */
  readonly reused?: number;
  /** What some of the windows that were not trained died of, for a reader of the Web UI; bounded. */
  readonly notes: readonly string[];
}

/** Tensor work, on the run's training queue. */
export interface TeachActivities {
  /** Fits the universe prior of a cohort; returns its manifest. */
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

/** Book-keeping of the step teach, on queue meta. */
export interface TeachIndexActivities {
  /**
   * Forgets finished shards that hold failed windows, so that these are trained again.
   *
   * @param request.cohorts Ids of the cohorts to look at; absent: all of the run.
   * @param request.symbols Only shards in which a window of one of these has failed.
   * @param request.untaught Cohorts of which no window has a teacher, whatever their shards say.
   * @returns The cohorts concerned, and their failed windows that are trained again because of it.
   * `cohorts` is absent in histories of earlier versions.
   */
  forgetFailures(request: {
    readonly runId: string;
    readonly cohorts?: readonly string[];
    readonly symbols?: readonly string[];
    readonly untaught?: readonly string[];
  }): Promise<{ readonly windows: number; readonly cohorts?: readonly string[] }>;
  /**
   * Lists the manifests of a cohort's finished shards in `cohort.json`, and writes down how the windows of
   * the others ended.
   *
   * @param request.lost Shards of the real arm that ended without a result; absent: none.
   */
  sealCohort(
    request: CohortRequest & { readonly plan: FileRef; readonly lost?: readonly LostShard[] },
  ): Promise<FileRef>;
  /** Writes down that a cohort failed as a whole, with all its windows. */
  recordLostCohort(
    request: CohortRequest & {
      readonly plan: FileRef;
      readonly error: ErrorType;
      readonly message: string;
    },
  ): Promise<void>;
  /**
   * Enters the run's configurations in the home's ledger of trials, before any of them is trained, so that
   * a run which fails or is cancelled has tried them as well. `trials`: how many the run itself compares.
   */
  recordTrials(request: {
    readonly config: RunConfig;
    readonly ingest: FileRef;
  }): Promise<{ readonly trials: number }>;
  /** Lists all shards and students of the run, for the steps validate and audit. */
  indexRun(request: { readonly config: RunConfig; readonly plan: FileRef }): Promise<FileRef>;
}
