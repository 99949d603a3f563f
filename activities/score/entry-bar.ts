import type { Calendar } from '../../data/calendar/calendar.js';
import { isSessionDay } from '../../data/calendar/complete-sessions.js';
import type { LabelRule } from '../../data/schemas/label-rule.js';
import { entryChoice } from '../../data/schemas/label-rule.js';
import type { Interval } from '../../data/schemas/run-choices.js';
import { MINUTES_PER_DAY, dayOfMinutes } from '../../data/time/dates.js';

/** Days searched for the next session: no closure is nearly as long. */
const MAX_DAYS_AHEAD = 30;

/**
 * The bar at whose open or close a trade can be made that a bar led to, by the calendar alone: the next slot of the
 * exchange's sessions, or the bar itself for the entry `close`.
 *
 * @param minutes Time of the bar, exchange minutes.
 * @returns Exchange minutes; undefined where the calendar has no session in the month after.
 */
export function entryBar(
  calendar: Calendar,
  minutes: number,
  interval: Interval,
  rule: Pick<LabelRule, 'entry'>,
): number | undefined {
  if (entryChoice(rule) === 'close') return minutes;
  const day = dayOfMinutes(minutes);
  if (interval === '5minute') {
    const start = calendar.barStarts(day)?.find((minute) => day * MINUTES_PER_DAY + minute > minutes);
    if (start !== undefined) return day * MINUTES_PER_DAY + start;
  }
  for (let next = day + 1; next <= day + MAX_DAYS_AHEAD; next += 1)
    if (isSessionDay(calendar, next))
      return next * MINUTES_PER_DAY + (interval === '1day' ? 0 : (calendar.barStarts(next)?.[0] ?? 0));
  return undefined;
}
