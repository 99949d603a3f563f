import { cohortOfWindow } from '../../../../data/predictions/prediction.js';
import type { EventFields } from './event-subjects.js';
import { subjectOf } from './event-subjects.js';

/** By which keys a block of lines is found that has an event: what it is about, and whose attempt failed. */
export function keysOf(event: EventFields): readonly string[] {
  const subject = subjectOf(event);
  if (subject === undefined) return [];
  const cohort = failedCohortOf(event);
  return cohort === undefined ? [subject] : [subject, failuresKey(cohort)];
}

/** Key of events that say that an attempt of a cohort, or of one of its shards or windows, ended without a result. */
export function failuresKey(cohort: string): string {
  return `failures ${cohort}`;
}

/**
 * The cohort, `START_to_END`, of an attempt that ended without a result, as an event says it: by itself, or as the
 * second attempt or a later one. Undefined where it says no such thing.
 */
export function failedCohortOf({
  event,
  window,
  cohort,
  status,
  unit,
  attempt,
}: EventFields): string | undefined {
  // Windows of the unit `plan` were never tried: their bars were refused.
  if (event === 'window_quarantined' || (event === 'window' && status === 'failed' && unit !== 'plan'))
    return typeof window === 'string' ? cohortOfWindow(window) : undefined;
  const again = (event === 'shard' || event === 'prior') && typeof attempt === 'number' && attempt > 1;
  return again && typeof cohort === 'string' ? cohort : undefined;
}
