import type { CohortHead, PlanHead } from '../../activities/plan/activities.js';
import type { ErrorType } from '../../data/errors.js';
import type { Phase } from '../../data/schemas/run-status.js';
import { total } from '../../data/telemetry/sum-counts.js';
import type { CohortResult } from '../contract/cohort.js';
import type { CohortLine } from '../contract/messages.js';
import type { TrainQueue } from '../contract/profiles.js';
import { splitSkipped } from '../shared/error-counts.js';

/** A cohort with its counts by reason. */
export interface CohortEntry extends CohortLine {
  readonly failedBy: Partial<Record<ErrorType, number>>;
  /** Windows that were planned but had no rows to train on. */
  readonly skipped: number;
  /** The queue it was trained on, if it is not the run's own. */
  readonly trainQueue?: TrainQueue;
  /** Set once its part of the figures is measured. */
  readonly measured?: true;
}

/** State of a run, as carried over a continue-as-new. Plain JSON. */
export interface BookState {
  readonly phase: Phase;
  readonly message: string;
  readonly startedAt: string;
  readonly head: PlanHead | null;
  readonly cohorts: readonly CohortEntry[];
  readonly notes: readonly string[];
  readonly students: number;
  readonly teachingSince: number | null;
  /** Why an operator paused the run; null: not paused. */
  readonly paused: string | null;
  /** The queue to which a cohort has moved, and on which later cohorts start. Absent: none has moved. */
  readonly trainQueue?: TrainQueue;
}

/** The state of a new run. @param startedAt Workflow time. */
export function newBook(startedAt: Date): BookState {
  return {
    phase: 'plan',
    message: 'checking the input',
    startedAt: startedAt.toISOString(),
    head: null,
    cohorts: [],
    notes: [],
    students: 0,
    teachingSince: null,
    paused: null,
  };
}

/** A cohort that waits to be trained, for the first time or again. */
export function waitingCohort({ id, windows }: Pick<CohortHead, 'id' | 'windows'>): CohortEntry {
  return { id, state: 'waiting', windows, succeeded: 0, failed: 0, failedBy: {}, skipped: 0 };
}

/** A cohort that has ended. */
export function endedCohort(
  { id, windows }: Pick<CohortHead, 'id' | 'windows'>,
  { succeeded, reused = 0, failedBy: counts }: CohortResult,
): CohortEntry {
  const { failedBy, skipped } = splitSkipped(counts);
  const failed = total(failedBy);
  const state = succeeded === 0 && failed > 0 ? 'failed' : 'done';
  return { id, state, windows, succeeded, failed, failedBy, skipped, reused };
}
