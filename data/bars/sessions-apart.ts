import type { Calendar } from '../calendar/calendar.js';
import { isWeekday } from '../time/dates.js';

/**
 * The number of sessions from a day, exclusive, to a later one, inclusive: 1 for two consecutive sessions. Outside
 * the calendar's years, every Monday to Friday counts.
 */
export function sessionsApart(calendar: Calendar, from: number, to: number): number {
  let sessions = calendar.sessionsBetween(from + 1, to + 1).length;
  for (let day = from + 1; day <= to; day += 1) {
    if (day >= calendar.from && day < calendar.to) day = calendar.to - 1;
    else if (isWeekday(day)) sessions += 1;
  }
  return sessions;
}
