import { InvalidInputError } from '../errors.js';
import {
  EXCHANGE_OFFSET_MS,
  MINUTES_PER_DAY,
  dayNumber,
  dayOfMinutes,
  isWeekday,
  isoDate,
} from '../time/dates.js';
import type { Calendar } from './calendar.js';

const MS_PER_MINUTE = 60_000;
/** Days searched for the last session: no closure is nearly as long. */
const MAX_DAYS_BACK = 30;

/**
 * The first day whose session was not over at a time, ISO: no bar from this day on is one of a complete session. A
 * session is over at the end of its own hours; where they are not announced, at the end of its day.
 *
 * @param nowMs Unix time in milliseconds.
 */
export function completeUntil(calendar: Calendar, nowMs: number): string {
  const now = Math.floor((nowMs + EXCHANGE_OFFSET_MS) / MS_PER_MINUTE);
  const day = dayOfMinutes(now);
  const close = calendar.hours(day)?.at(-1)?.end ?? MINUTES_PER_DAY;
  return isoDate(now - day * MINUTES_PER_DAY >= close ? day + 1 : day);
}

/** Whether a day is a session; in years outside the calendar, every Monday to Friday. */
export function isSessionDay(calendar: Calendar, day: number): boolean {
  return day >= calendar.from && day < calendar.to ? calendar.isSession(day) : isWeekday(day);
}

/**
 * The last session before a day, ISO.
 *
 * @throws InvalidInputError when the calendar has none in the month before.
 */
export function lastSessionBefore(calendar: Calendar, date: string): string {
  const end = dayNumber(date);
  for (let day = end - 1; day >= end - MAX_DAYS_BACK; day -= 1)
    if (isSessionDay(calendar, day)) return isoDate(day);
  throw new InvalidInputError([`the calendar has no session in the ${MAX_DAYS_BACK} days before ${date}`]);
}
