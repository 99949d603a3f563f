import type { Calendar } from '../../data/calendar/calendar.js';
import { completeUntil, lastSessionBefore } from '../../data/calendar/complete-sessions.js';
import { InvalidInputError } from '../../data/errors.js';
import { SYNTHETIC_END } from '../../data/schemas/run-choices.js';
import type { RunInput } from '../../data/schemas/run-input.js';
import { addDays, isIsoDate } from '../../data/time/dates.js';

/** Which bars are the newest. */
export interface ScoringDates {
  /** End of the bars that are read, exclusive, and of the complete sessions, as a run's input has them. */
  readonly to: string;
  readonly completeUntil?: string;
  /** The newest session that is complete and before `to`: a bar of an earlier one is stale. */
  readonly newestSession: string;
}

/**
 * Settles which bars are the newest: those up to a date, or to the last session that is complete by the clock; of
 * synthetic bars, which no clock changes, to their end.
 *
 * @param asOf The newest bar may be of this date, ISO; undefined: no limit.
 * @throws InvalidInputError when the date is none, or lies before the run's bars.
 */
export function scoringDates(
  { source, from, to }: Pick<RunInput, 'source' | 'from' | 'to'>,
  calendar: Calendar,
  nowMs: number,
  asOf?: string,
): ScoringDates {
  if (asOf !== undefined && !isIsoDate(asOf))
    throw new InvalidInputError([`as-of: must be an existing date, as YYYY-MM-DD, not ${asOf}`]);
  if (asOf !== undefined && asOf < from)
    throw new InvalidInputError([`as-of: ${asOf} is before the bars of the run, which begin at ${from}`]);
  if (source === 'synthetic') {
    const end = asOf === undefined ? later(to, SYNTHETIC_END) : addDays(asOf, 1);
    return { to: end, newestSession: lastSessionBefore(calendar, earlier(end, later(to, SYNTHETIC_END))) };
  }
  const complete = completeUntil(calendar, nowMs);
  const last = lastSessionBefore(calendar, complete);
  const end = asOf === undefined ? addDays(last, 1) : addDays(asOf, 1);
  return {
    to: end,
    completeUntil: complete,
    newestSession: lastSessionBefore(calendar, earlier(end, complete)),
  };
}

function earlier(a: string, b: string): string {
  return a < b ? a : b;
}

function later(a: string, b: string): string {
  return a < b ? b : a;
}
