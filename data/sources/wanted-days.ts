import type { Calendar } from '../calendar/calendar.js';
import { completeUntil, isSessionDay } from '../calendar/complete-sessions.js';
import type { DayRange } from '../schemas/day-range.js';
import type { Interval } from '../schemas/run-choices.js';
import type { RunConfig } from '../schemas/run-input.js';
import { isProvider } from './provider.js';
import { EXCHANGE_OFFSET_MS, addDays, dayNumber, dayOfMinutes } from '../time/dates.js';

/**
 * Calendar days before the first window that are read too: features look back 64 bars, ranks up to 252, and models learn
 * from earlier bars. A provider is asked for no more days than hold 253 sessions: with the bars of three years they are
 * 998 or fewer, which one response of 1,000 still takes, so this history costs no request. The state of the market looks
 * back 273 bars and is not known in a run's first month then. A year of 5-minute bars would cost 20 requests a symbol:
 * exposures are not known before the 61st session of such a run.
 */
const HISTORY_DAYS = {
  asked: { '1day': 375, '5minute': 20 },
  read: { '1day': 731, '5minute': 183 },
} as const satisfies Record<string, Readonly<Record<Interval, number>>>;

const MS_PER_MINUTE = 60_000;
/** One hour after the close, a provider's bars of a session are final. */
const FINAL_AFTER_MS = 60 * MS_PER_MINUTE;

/**
 * The days that a run reads: its own up to the last session that was complete when it was settled, and the history
 * before its first window. `to` is exclusive.
 */
export function readDays({
  from,
  to,
  interval,
  source,
  completeUntil: complete = to,
}: Pick<RunConfig, 'from' | 'to' | 'interval' | 'source' | 'completeUntil'>): DayRange {
  const history = HISTORY_DAYS[isProvider(source) ? 'asked' : 'read'][interval];
  return { from: addDays(from, -history), to: complete < to ? complete : to };
}

/** The part of these days whose bars can be final by now; may be empty. */
export function fetchableDays(range: DayRange, calendar: Calendar, nowMs: number): DayRange {
  const end = completeUntil(calendar, nowMs - FINAL_AFTER_MS);
  const to = end < range.to ? end : range.to;
  return { from: range.from, to: to > range.from ? to : range.from };
}

/** Day number on the exchange's clock. @param ms Unix time in milliseconds. */
export function exchangeDay(ms: number): number {
  return dayOfMinutes((ms + EXCHANGE_OFFSET_MS) / MS_PER_MINUTE);
}

/** The sessions of a range, as day numbers; outside the calendar, every Monday to Friday. */
export function sessionsIn(calendar: Calendar, { from, to }: DayRange): number[] {
  const sessions: number[] = [];
  for (let day = dayNumber(from); day < dayNumber(to); day += 1)
    if (isSessionDay(calendar, day)) sessions.push(day);
  return sessions;
}
