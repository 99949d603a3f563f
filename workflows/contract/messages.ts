import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';

import type { PromotionWait } from '../../activities/promote/follow-log.js';
import type { ErrorType } from '../../data/errors.js';
import type { Decision } from '../../data/schemas/decision.js';
import type { Verdict } from '../../data/schemas/decision-states.js';
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
  /** Of those that succeeded, windows reused from an earlier run. */
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
  /** What was reused from an earlier run; absent before the windows are planned. */
  readonly reuse?: Reuse;
  /** What the run is doing or what went wrong, in one sentence. */
  readonly message: string;
  /** What a user should know about the run as a whole; absent in answers of earlier versions. */
  readonly notices?: readonly string[];
}

/** Answer of `progress` on a cohort (`trainCohort`) or an ingest (`ingestUniverse`). */
export interface UnitProgress {
  /** Activities in total and done: priors and shards, or batches of symbols. */
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

/** Answer of a run to an operator's update. */
export interface ControlAnswer {
  readonly phase: Phase;
  /** What the run does now, in one sentence. */
  readonly message: string;
}

/** Answer of `retryFailed`: the windows and cohorts that are retried. */
export interface RetryAnswer extends ControlAnswer {
  readonly windows: number;
  readonly cohorts: number;
}

/**
 * Stops new work and makes running trainers write their checkpoints, until `unpause`. Refused if the run is
 * paused already or has ended.
 */
export const pauseUpdate = defineUpdate<ControlAnswer, [{ readonly reason?: string } | undefined]>('pause');
/** Continues after `pause`. Refused if the run is not paused. */
export const unpauseUpdate = defineUpdate<ControlAnswer, []>('unpause');
/** Sets how many cohorts run at once, 1 to 64; cohorts that already run are not stopped. */
export const setConcurrencyUpdate = defineUpdate<ControlAnswer, [{ readonly cohorts: number }]>(
  'setConcurrency',
);
/**
 * Retries the failed windows of cohorts that have ended, in the same run. Refused unless cohorts are being
 * trained and windows have failed.
 */
export const retryFailedUpdate = defineUpdate<
  RetryAnswer,
  [{ readonly symbols?: readonly string[] } | undefined]
>('retryFailed');

/** Sent just before a cancellation with a reason, since Temporal does not give the reason to the workflow. */
export const cancelReasonSignal = defineSignal<[string]>('cancelReason');

/** Who decides about a run's bundle, and why. */
export interface Decider {
  readonly by: string;
  readonly reason: string;
}
/** An approval, with what it may say beyond that. */
export interface Approval extends Decider {
  /** Goes against what the release policy asks for. */
  readonly override?: boolean;
  /** For scoring beside the champion alone. */
  readonly stage?: boolean;
  /** The token of a dry run, or the run of the champion as the approver knows it. */
  readonly expect?: string;
}
/** Decide about a run, through its `promoteRun`; they answer once the decision is on disk. */
export const approveUpdate = defineUpdate<Decision, [Approval]>('approve');
export const rejectUpdate = defineUpdate<Decision, [Decider]>('reject');

/** The same in one update, from clients of earlier versions. */
export interface Decide extends Decider {
  readonly verdict: Verdict;
}
export const decideUpdate = defineUpdate<Decision, [Decide]>('decide');

/** Input of `promoteRun`. */
export interface PromotionRequest {
  readonly runId: string;
  /** Set by a run that has sealed its bundle; absent: a client starts it together with its decision. */
  readonly wait?: PromotionWait;
}
/** From a run whose promotion is open already: it has sealed another bundle, which waits as long. */
export const bundleSealedSignal = defineSignal<[PromotionWait]>('bundleSealed');

/** Input of `changeChampion`. */
export type ChampionOrder = Decider &
  ({ readonly change: 'retire' } | { readonly change: 'rollback'; readonly to?: string });

/** Input of `watchChampion`. */
export interface ChampionWatch {
  readonly runId: string;
  /** Number of the decision that made it champion. */
  readonly champion: number;
}
/** To the watch of a champion: it is champion no more. */
export const championEndedSignal = defineSignal<[]>('championEnded');

/** From a run to its children: stop or continue. The newest order counts. */
export interface Hold {
  readonly held: boolean;
  /** Rises with every order, since signals may arrive out of order. */
  readonly order: number;
}
export const holdSignal = defineSignal<[Hold]>('hold');

/** Workflow ids, derived from data: a second start of the same thing gets the same id. */
export const workflowIds = {
  run: (run: string): string => `train/${run}`,
  ingest: (run: string): string => `ingest/${run}`,
  /** Of a workflow that a schedule starts; the server appends the time. */
  scheduled: (schedule: string): string => `schedule/${schedule}`,
  promotion: (run: string): string => `promote/${run}`,
  /** One at a time: two changes of the champion at once are a mistake. */
  championChange: 'champion/change',
  /** Of the watch of a champion, by the decision that made it champion. */
  watch: (champion: number): string => `watch/${champion}`,
  cohort: (run: string, cohort: string): string => `teach/${run}/${cohort}`,
  /** One for all runs, since the provider counts all calls together. */
  quota: (provider: string): string => `quota/${provider}`,
};

/** Failure type of a run whose share of failed windows is above `maxFailureRate`. Its details hold the RunStatus. */
export const ABOVE_FAILURE_THRESHOLD = 'AboveFailureThreshold';
