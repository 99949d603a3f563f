import type { ErrorType } from '../../data/errors.js';
import type { RetryRequest } from '../../data/schemas/retry-request.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { SkipReason } from '../../data/schemas/plan.js';
import type { RunConfig, RunInput } from '../../data/schemas/run-input.js';
import type { RunStatus } from '../../data/schemas/run-status.js';

/** What a run that is done was made from. */
export interface FinishedRun {
  readonly status: RunStatus;
  /** Digest of its plan. */
  readonly plan: string;
  /** Digest of its bars. */
  readonly bars: string;
  /** Digest of the program that made its bundle. */
  readonly code: string;
}

/** The run's configuration, resolved before any bars are read. */
export interface SettledRun {
  /** With all defaults filled in, without the symbols: there may be thousands, so they are in a file. */
  readonly config: RunConfig;
  /** JSON array of the symbols, sorted. */
  readonly symbols: FileRef;
  /** Number of batches in which they are ingested. */
  readonly batches: number;
  readonly trainQueue: 'train.cpu' | 'train.gpu';
  /** JSON array of the symbols whose bars are read again; absent: all symbols. */
  readonly reread?: FileRef;
  /** Where only failed windows are to be tried again: what there is to stand as it is if nothing has changed. */
  readonly finished?: FinishedRun;
}

/** Summary of a cohort for the workflow; its windows are in the plan's file. */
export interface CohortHead {
  readonly id: string;
  readonly windows: number;
  readonly shards: number;
}

/** Summary of the plan for the workflow. */
export interface PlanHead {
  readonly plan: FileRef;
  readonly planned: number;
  readonly trainable: number;
  readonly skippedBy: Partial<Record<SkipReason, number>>;
  readonly failedBy: Partial<Record<ErrorType, number>>;
  readonly cohorts: readonly CohortHead[];
  /** Why windows are not trained: one line per group of windows with the same reason; bounded in size. */
  readonly notes: readonly string[];
  /**
   * What changed since an earlier run, and which cohorts that affects: lines for a person, bounded in size.
   * Absent in plans of earlier versions.
   */
  readonly changes?: readonly string[];
  /** Notices about the run as a whole; absent in plans of earlier versions. */
  readonly notices?: readonly string[];
  /** True where the run is computed from what it was computed from when it was last done; absent: it is not. */
  readonly unchanged?: true;
}

/** The run that a schedule has to start. */
export type DueRun =
  | { readonly runId: string; readonly input: RunInput; readonly why: string }
  /** No run, and why. */
  | { readonly runId: null; readonly input: null; readonly why: string };
/** Result of `planRun`: the first cohorts, and the number of all. */
export interface PlannedRun extends PlanHead {
  readonly cohortCount: number;
}

/** Activities of the step plan and of the run's status, on queue meta. */
export interface PlanActivities {
  /**
   * Validates the input, fills in the defaults, settles its dates by the clock, chooses the training queue, and writes
   * `input.json`. What an earlier start of the run has settled stays.
   *
   * @param input Any value, such as plain JSON from `temporal workflow start`.
   * @param request.again What a resumed run does again; absent: the run is not a resume.
   * @throws InvalidInput naming every wrong field at once.
   */
  settleRun(request: {
    readonly input: unknown;
    readonly runId: string;
    readonly again?: RetryRequest;
  }): Promise<SettledRun>;
  /**
   * The run that a schedule has to start at a given time: on all bars up to the last session before it.
   *
   * @param request.at ISO.
   * @param request.input A RunInput without run id and end.
   */
  dueRun(request: {
    readonly schedule: string;
    readonly at: string;
    readonly input: unknown;
  }): Promise<DueRun>;
  /** Plans windows, cohorts and shards from the ingested bars, and writes `plan.json`. */
  planRun(request: {
    readonly config: RunConfig;
    readonly ingest: FileRef;
    readonly finished?: FinishedRun;
  }): Promise<PlannedRun>;
  /** Cohorts of a plan from an index on, in order, as many as fit in a small payload; at least one. */
  listCohorts(request: { readonly plan: FileRef; readonly from: number }): Promise<readonly CohortHead[]>;
  /**
   * The queue for a cohort that was to be trained by GPU workers and that none has taken; it may be the CPU
   * queue only when none was seen for a while. Recorded in the telemetry when it is.
   *
   * @param request.looks Times in a row, before this one, that no GPU worker was seen.
   */
  nextTrainQueue(request: {
    readonly runId: string;
    readonly cohort: string;
    readonly looks: number;
  }): Promise<{ readonly trainQueue: 'train.cpu' | 'train.gpu'; readonly seen: boolean }>;
  /** Writes `status.json` and a telemetry event. */
  recordStatus(request: { readonly status: RunStatus; readonly message: string }): Promise<void>;
}
