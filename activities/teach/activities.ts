import type { FileRef } from '../../data/schemas/file-ref.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import type { ErrorType } from '../../data/errors.js';
import type { Arm } from './feature-table.js';

interface CohortRequest {
  readonly config: RunConfig;
  /** Id of the cohort, `START_to_END`. */
  readonly cohort: string;
}

/** Counts of a shard or a cohort. */
export interface TaughtCounts {
  readonly succeeded: number;
  readonly failedBy: Partial<Record<ErrorType, number>>;
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
  /** Lists the manifests of a cohort's finished shards in `cohort.json`. */
  sealCohort(request: CohortRequest & { readonly plan: FileRef }): Promise<FileRef>;
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
