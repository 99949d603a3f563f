import type { CohortHead } from '../../activities/plan/activities.js';
import type { CohortLine } from '../contract/messages.js';
import type { TrainQueue } from '../contract/profiles.js';
import type { BookState, CohortEntry } from './book-state.js';

/** Cohorts in one of these states, in the plan's order. */
export function cohortsIn(
  state: BookState,
  ...states: readonly CohortLine['state'][]
): readonly CohortHead[] {
  return cohortsWhere(state, (entry) => states.includes(entry.state));
}

/** Cohorts that have ended with failed windows. */
export function cohortsWithFailures(state: BookState): readonly CohortHead[] {
  return cohortsWhere(state, (entry) => entry.failed > 0 && ['done', 'failed'].includes(entry.state));
}

/** The cohorts in which at least one window was trained. */
export function taughtCohorts(state: BookState): readonly CohortHead[] {
  return cohortsWhere(state, ({ succeeded }) => succeeded > 0);
}

/** Taught cohorts of which the figures' part is not measured. */
export function unmeasuredCohorts(state: BookState): readonly CohortHead[] {
  return cohortsWhere(state, ({ succeeded, measured = false }) => succeeded > 0 && !measured);
}

/** Those of the given cohorts in which no window was trained. */
export function untaughtOf(state: BookState, cohorts: readonly CohortHead[]): readonly CohortHead[] {
  const taught = new Set(taughtCohorts(state).map(({ id }) => id));
  return cohorts.filter(({ id }) => !taught.has(id));
}

/** Failed windows of the given cohorts. */
export function failedIn({ cohorts: entries }: BookState, cohorts: readonly CohortHead[]): number {
  const ids = new Set(cohorts.map(({ id }) => id));
  return entries.reduce((sum, { id, failed }) => sum + (ids.has(id) ? failed : 0), 0);
}

/** The queue a cohort was trained on, if it is not the run's own. */
export function queueOf({ cohorts }: BookState, { id }: CohortHead): TrainQueue | undefined {
  return cohorts.find((entry) => entry.id === id)?.trainQueue;
}

/** The plan's cohorts whose entries meet a condition, in the plan's order. */
function cohortsWhere(
  { head, cohorts }: BookState,
  condition: (entry: CohortEntry) => boolean,
): readonly CohortHead[] {
  const wanted = new Set(cohorts.filter(condition).map(({ id }) => id));
  return head?.cohorts.filter(({ id }) => wanted.has(id)) ?? [];
}
