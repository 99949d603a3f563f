import type { Calendar } from '../calendar.js';
import type { DayRange } from '../schemas/day-range.js';
import type { Interval } from '../schemas/run-choices.js';
import type { RunConfig } from '../schemas/run-input.js';
import { EXCHANGE_OFFSET_MS, addDays, dayNumber, dayOfMinutes, isoDate } from '../time/dates.js';

/**
 * Calendar days before the first window that are fetched too: features look back 64 bars, and the prior is trained
 * on earlier bars. Three years of daily bars and the year before them still fit into one response.
 */
const HISTORY_DAYS: Readonly<Record<Interval, number>> = { '1day': 365, '5minute': 20 };

const MS_PER_MINUTE = 60_000;
/** One hour after the close, the bars of a day are final (minutes of the day). */
const FINAL_AT_MINUTES = 16 * 60 + 30;

/** The days that a run reads, including the history before its first window; `to` is exclusive. */
export function readDays({ from, to, interval }: Pick<RunConfig, 'from' | 'to' | 'interval'>): DayRange {
  return { from: addDays(from, -HISTORY_DAYS[interval]), to };
}

/** The part of these days whose bars can be final by now; may be empty. */
export function fetchableDays(range: DayRange, nowMs: number): DayRange {
  const end = exchangeDay(nowMs - FINAL_AT_MINUTES * MS_PER_MINUTE) + 1;
  return {
    from: range.from,
    to: isoDate(Math.max(dayNumber(range.from), Math.min(dayNumber(range.to), end))),
  };
}

/** Day number on the exchange's clock. @param ms Unix time in milliseconds. */
export function exchangeDay(ms: number): number {
  return dayOfMinutes((ms + EXCHANGE_OFFSET_MS) / MS_PER_MINUTE);
}

/** The sessions of a range, as day numbers; outside the calendar, every Monday to Friday. */
export function sessionsIn(calendar: Calendar, { from, to }: DayRange): number[] {
  const sessions: number[] = [];
  for (let day = dayNumber(from); day < dayNumber(to); day += 1) {
    const known = day >= calendar.from && day < calendar.to;
    const weekday = (day + 4) % 7; // 1970-01-01 was a Thursday
    if (known ? calendar.isSession(day) : weekday > 0 && weekday < 6) sessions.push(day);
  }
  return sessions;
}
