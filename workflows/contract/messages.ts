import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';

import type { ErrorType } from '../../data/errors.js';
import type { Decision, Verdict } from '../../data/schemas/decision.js';
import type { SkipReason } from '../../data/schemas/plan.js';
import type { Phase, Reuse } from '../../data/schemas/run-status.js';

/** One cohort as its run sees it. */
export interface CohortLine {
  /** `START_to_END`. */
  readonly id: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  /** Trainable windows. */
  readonly windows: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Of those that succeeded, windows that were found finished. */
  readonly reused?: number;
}

/** Answer of `progress` on a run (`trainUniverse`). */
export interface RunProgress {
  readonly phase: Phase;
  /** Workflow time, ISO. */
  readonly startedAt: string;
  readonly windows: {
    readonly planned: number;
    readonly trainable: number;
    readonly succeeded: number;
    readonly skipped: number;
    readonly failed: number;
  };
  readonly skippedBy: Partial<Record<SkipReason, number>>;
  readonly failedBy: Partial<Record<ErrorType, number>>;
  readonly students: number;
  readonly cohorts: readonly CohortLine[];
  /** What was found finished; absent before the windows are planned. */
  readonly reuse?: Reuse;
  /** What is being done or went wrong, in one sentence. */
  readonly message: string;
  /** What a user should know of the run as a whole; absent where an earlier version answers. */
  readonly notices?: readonly string[];
}

/** Answer of `progress` on a cohort (`trainCohort`) or an ingest (`ingestUniverse`). */
export interface UnitProgress {
  /** Activities to be done and done: priors and shards, or batches of symbols. */
  readonly units: { readonly total: number; readonly done: number };
  /** Trainable windows of a cohort; symbols of an ingest. */
  readonly windows: number;
  readonly succeeded: number;
  readonly failed: number;
  /** What runs now, e.g. `shard 2/4`. */
  readonly current: string;
}

export const runProgressQuery = defineQuery<RunProgress, []>('progress');
export const unitProgressQuery = defineQuery<UnitProgress, []>('progress');

/** What a run answers to an operator's update. */
export interface ControlAnswer {
  readonly phase: Phase;
  /** What the run does now, in one sentence. */
  readonly message: string;
}

/** What `retryFailed` answers: windows that are tried again. */
export interface RetryAnswer extends ControlAnswer {
  readonly windows: number;
  readonly cohorts: number;
}

/**
 * Stops new work and makes running trainers write their checkpoints, until `unpause`. Refused where the run
 * is paused already or has ended.
 */
export const pauseUpdate = defineUpdate<ControlAnswer, [{ readonly reason?: string } | undefined]>('pause');
/** Goes on after `pause`. Refused where the run is not paused. */
export const unpauseUpdate = defineUpdate<ControlAnswer, []>('unpause');
/** How many cohorts are in flight at once, 1 to 64; those that run are left alone. */
export const setConcurrencyUpdate = defineUpdate<ControlAnswer, [{ readonly cohorts: number }]>(
  'setConcurrency',
);
/**
 * Trains the failed windows of the cohorts that have ended once more, in the same run. Refused outside of
 * the step teach, and where nothing has failed.
 */
export const retryFailedUpdate = defineUpdate<
  RetryAnswer,
  [{ readonly symbols?: readonly string[] } | undefined]
>('retryFailed');

/** Comes just before a cancellation that somebody gave a reason for: Temporal does not hand its own to the workflow. */
export const cancelReasonSignal = defineSignal<[string]>('cancelReason');

/** What a person says about a run's bundle. */
export interface Decide {
  readonly verdict: Verdict;
  readonly by: string;
  readonly reason: string;
}
/** Decides about a run, on its `promoteRun`; answers once the decision is on disk. */
export const decideUpdate = defineUpdate<Decision, [Decide]>('decide');

/** From a run to its children: stop at the gate, or go on. The newest order counts. */
export interface Hold {
  readonly held: boolean;
  /** Rises with every order, since signals may overtake each other. */
  readonly order: number;
}
export const holdSignal = defineSignal<[Hold]>('hold');

/** Workflow ids: derived from data, so a second start of the same thing is the same thing. */
export const workflowIds = {
  run: (run: string): string => `train/${run}`,
  ingest: (run: string): string => `ingest/${run}`,
  /** Of what a schedule starts; the server adds the time. */
  scheduled: (schedule: string): string => `schedule/${schedule}`,
  promotion: (run: string): string => `promote/${run}`,
  cohort: (run: string, cohort: string): string => `teach/${run}/${cohort}`,
  /** One for all runs: the provider counts all calls together. */
  quota: (provider: string): string => `quota/${provider}`,
};

/** Type of the failure with which a run ends whose failed windows are above `maxFailureRate`. Its details hold the RunStatus. */
export const ABOVE_FAILURE_THRESHOLD = 'AboveFailureThreshold';
