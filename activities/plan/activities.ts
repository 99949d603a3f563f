import type { ErrorType } from '../../data/errors.js';
import type { Again } from '../../data/schemas/again.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { SkipReason } from '../../data/schemas/plan.js';
import type { RunConfig, RunInput } from '../../data/schemas/run-input.js';
import type { RunStatus } from '../../data/schemas/run-status.js';

/** What is settled before anything is read. */
export interface SettledRun {
  /** Every default filled. The symbols are in a file: there may be thousands. */
  readonly config: RunConfig;
  /** JSON array of the symbols, sorted. */
  readonly symbols: FileRef;
  /** Batches in which they are ingested. */
  readonly batches: number;
  readonly trainQueue: 'train.cpu' | 'train.gpu';
  /** JSON array of the symbols whose bars are read again; absent: all of them. */
  readonly reread?: FileRef;
}

/** A cohort as the workflow needs it; its windows are in the plan's file. */
export interface CohortHead {
  readonly id: string;
  readonly windows: number;
  readonly shards: number;
}

/** The plan as the workflow needs it. */
export interface PlanHead {
  readonly plan: FileRef;
  readonly planned: number;
  readonly trainable: number;
  readonly skippedBy: Partial<Record<SkipReason, number>>;
  readonly failedBy: Partial<Record<ErrorType, number>>;
  readonly cohorts: readonly CohortHead[];
  /** Why windows are not trained, a line for each group of windows with the same reason; bounded. */
  readonly notes: readonly string[];
  /**
   * What has changed since an earlier run, and which cohorts that touches: lines for a person, bounded.
   * Absent in plans of before it was told.
   */
  readonly changes?: readonly string[];
  /** What a user should know of the run as a whole; absent in plans of earlier versions. */
  readonly notices?: readonly string[];
}

/** What a schedule is due for. */
export type DueRun =
  | { readonly runId: string; readonly input: RunInput; readonly why: string }
  /** Nothing, and why. */
  | { readonly runId: null; readonly input: null; readonly why: string };
/** What `planRun` answers: the first of the cohorts, and how many there are. */
export interface PlannedRun extends PlanHead {
  readonly cohortCount: number;
}

/** Activities of the steps plan and of the run's own book-keeping, on queue meta. */
export interface PlanActivities {
  /**
   * Checks the input, fills the defaults, chooses the training queue, and writes `input.json`.
   *
   * @param input Anything: a plain JSON from `temporal workflow start` too.
   * @param request.again What a run that is started again is to do again; absent: nothing is forgotten.
   * @throws InvalidInput naming every wrong field at once.
   */
  settleRun(request: {
    readonly input: unknown;
    readonly runId: string;
    readonly again?: Again;
  }): Promise<SettledRun>;
  /**
   * The run that a schedule is due for at a time: on all bars up to the last session before it.
   *
   * @param request.at ISO.
   * @param request.input A RunInput without run id and end.
   */
  dueRun(request: {
    readonly schedule: string;
    readonly at: string;
    readonly input: unknown;
  }): Promise<DueRun>;
  /** Plans windows, cohorts and shards on the bars that were ingested, and writes `plan.json`. */
  planRun(request: { readonly config: RunConfig; readonly ingest: FileRef }): Promise<PlannedRun>;
  /** Cohorts of a plan from an index on, in order, as many as make a small answer; at least one. */
  listCohorts(request: { readonly plan: FileRef; readonly from: number }): Promise<readonly CohortHead[]>;
  /** Writes `status.json` and an event of the telemetry. */
  recordStatus(request: { readonly status: RunStatus; readonly message: string }): Promise<void>;
}
