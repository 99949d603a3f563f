import type { CohortHead, PlanHead } from '../../activities/plan/activities.js';
import type { ErrorType } from '../../data/errors.js';
import type { Phase } from '../../data/schemas/run-status.js';
import type { CohortResult } from '../contract/cohort.js';
import type { CohortLine } from '../contract/messages.js';
import type { TrainQueue } from '../contract/profiles.js';
import { partSkipped } from '../shared/error-counts.js';

/** A cohort with what the run must know of it to count it again. */
export interface CohortEntry extends CohortLine {
  readonly failedBy: Partial<Record<ErrorType, number>>;
  /** Windows that looked long enough at planning, but had no rows to train on. */
  readonly skipped: number;
  /** The queue on which it was trained, where that is not the run's own. */
  readonly trainQueue?: TrainQueue;
}

/** What a run knows of itself, as plain JSON: carried over continue-as-new. */
export interface BookState {
  readonly phase: Phase;
  readonly message: string;
  readonly startedAt: string;
  readonly head: PlanHead | null;
  readonly cohorts: readonly CohortEntry[];
  readonly notes: readonly string[];
  readonly students: number;
  readonly teachingSince: number | null;
  /** Why an operator paused the run; null: it is not paused. */
  readonly paused: string | null;
  /** The queue to which a cohort has moved; those that have not begun follow it. Absent: none has moved. */
  readonly trainQueue?: TrainQueue;
}

/** The state of a run that has just been started. @param startedAt Workflow time. */
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

/** A cohort of which nothing is trained yet, or that is to be trained again. */
export function waitingCohort({ id, windows }: Pick<CohortHead, 'id' | 'windows'>): CohortEntry {
  return { id, state: 'waiting', windows, succeeded: 0, failed: 0, failedBy: {}, skipped: 0 };
}

/** A cohort that has ended with these counts. */
export function endedCohort(
  { id, windows }: Pick<CohortHead, 'id' | 'windows'>,
  { succeeded, reused = 0, failedBy: counts }: CohortResult,
): CohortEntry {
  const { failedBy, skipped } = partSkipped(counts);
  const failed = total(failedBy);
  const state = succeeded === 0 && failed > 0 ? 'failed' : 'done';
  return { id, state, windows, succeeded, failed, failedBy, skipped, reused };
}

/** The plan's cohorts whose entries fulfil a condition, in the plan's order. */
export function cohortsWhere(
  { head, cohorts }: BookState,
  condition: (entry: CohortEntry) => boolean,
): readonly CohortHead[] {
  const wanted = new Set(cohorts.filter(condition).map(({ id }) => id));
  return head?.cohorts.filter(({ id }) => wanted.has(id)) ?? [];
}

/** Sum of counts by reason. */
export function total(counts: Readonly<Partial<Record<string, number>>>): number {
  return Object.values(counts).reduce<number>((sum, n) => sum + (n ?? 0), 0);
}
