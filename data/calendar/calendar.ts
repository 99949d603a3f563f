import { readFileSync } from 'node:fs';
import path from 'node:path';

import { csvTable } from '../text/csv-table.js';
import { InvalidInputError } from '../errors.js';
import { dayNumber, isIsoDate, isWeekday } from '../time/dates.js';

/** A session outside the ordinary hours or on a weekend: Muhurat trading, a budget Saturday. */
export interface SpecialSession {
  readonly day: number;
  readonly name: string;
}

/** A period of continuous trading, in minutes of the day, half-open. */
export interface TradingHours {
  readonly start: number;
  readonly end: number;
}

/** Start of the ordinary session, 09:15, in minutes of the day. */
export const SESSION_START = 9 * 60 + 15;
/** End of the ordinary session, 15:30, in minutes of the day. */
export const SESSION_END = 15 * 60 + 30;
/** Minutes of an intraday bar. */
const BAR_MINUTES = 5;

/** The trading sessions of the NSE, as day numbers (days since 1970-01-01). */
export interface Calendar {
  /** First day that the calendar covers. */
  readonly from: number;
  /** End of the days that it covers, exclusive. */
  readonly to: number;
  /** Every session, in ascending order. */
  readonly sessions: Int32Array;
  isSession(day: number): boolean;
  /** Sessions in `[startDay, endDay)`: a view, not a copy. */
  sessionsBetween(startDay: number, endDay: number): Int32Array;
  special(day: number): SpecialSession | undefined;
  /**
   * When a session trades: 09:15 to 15:30, or its own hours (an evening hour at Diwali, two short periods when
   * the disaster-recovery site is tested). Null for a special session whose hours are not announced yet.
   */
  hours(day: number): readonly TradingHours[] | null;
  /** Starts of a session's 5-minute bars in minutes of the day (75 in an ordinary session); null as for `hours`. */
  barStarts(day: number): Int32Array | null;
}

/**
 * The calendar of `data/reference/nse-calendar.csv`. The file lists the exceptions only: holidays on weekdays
 * (status `holiday`), special sessions (`special`), and ordinary sessions with other hours (`hours`). Every
 * other Monday to Friday is a session from 09:15 to 15:30. The calendar covers whole years, from the earliest
 * date in the file to the latest.
 *
 * @throws InvalidInputError naming every wrong line.
 */
export function loadCalendar(packageRoot: string): Calendar {
  const file = calendarFile(packageRoot);
  return parseCalendar(readFileSync(file, 'utf8'), file);
}

/** The file of {@link loadCalendar}. */
export function calendarFile(packageRoot: string): string {
  return path.join(packageRoot, 'data', 'reference', 'nse-calendar.csv');
}

/** Parses a calendar from CSV text with the columns date, status, name and, where known, hours. @throws InvalidInputError */
export function parseCalendar(text: string, file: string): Calendar {
  const holidays = new Set<number>();
  const specials = new Map<number, SpecialSession>();
  const hours = new Map<number, readonly TradingHours[] | null>();
  const years: number[] = [];
  const problems: string[] = [];
  for (const row of csvTable(text).rows) {
    const date = row.cell('date') ?? '';
    const status = row.cell('status');
    if (!isIsoDate(date)) {
      problems.push(`${file}:${row.line}: date: must be an existing date, as YYYY-MM-DD`);
      continue;
    }
    const day = dayNumber(date);
    if (holidays.has(day) || hours.has(day)) problems.push(`${file}:${row.line}: ${date} is listed twice`);
    if (status === 'holiday') holidays.add(day);
    else if (status === 'special' || status === 'hours') {
      if (status === 'special') specials.set(day, { day, name: row.cell('name') ?? '' });
      const parsed = parseHours(row.cell('hours'));
      if (parsed === undefined || (parsed === null && status === 'hours'))
        problems.push(`${file}:${row.line}: hours: must be periods such as 09:15-10:00 11:30-12:30`);
      else hours.set(day, parsed);
    } else
      problems.push(
        `${file}:${row.line}: status: must be holiday, special or hours, not ${status ?? 'nothing'}`,
      );
    years.push(Number(date.slice(0, 4)));
  }
  if (years.length === 0) problems.push(`${file}: contains no dates`);
  if (problems.length > 0) throw new InvalidInputError(problems);
  const from = dayNumber(`${Math.min(...years)}-01-01`);
  const to = dayNumber(`${Math.max(...years) + 1}-01-01`);
  return calendarOf(sessionDays(from, to, holidays, specials), from, to, specials, hours);
}

function sessionDays(
  from: number,
  to: number,
  holidays: ReadonlySet<number>,
  specials: ReadonlyMap<number, SpecialSession>,
): Int32Array {
  const days: number[] = [];
  for (let day = from; day < to; day += 1) {
    const ordinary = isWeekday(day) && !holidays.has(day);
    if (ordinary || specials.has(day)) days.push(day);
  }
  return Int32Array.from(days);
}

function calendarOf(
  sessions: Int32Array,
  from: number,
  to: number,
  specials: ReadonlyMap<number, SpecialSession>,
  hours: ReadonlyMap<number, readonly TradingHours[] | null>,
): Calendar {
  const hoursOf = (day: number): readonly TradingHours[] | null => {
    const own = hours.get(day);
    return own === undefined ? ORDINARY : own;
  };
  return {
    ...countsOf(sessions, from, to),
    special: (day) => specials.get(day),
    hours: (day) => hoursOf(day),
    barStarts: (day) => {
      const periods = hoursOf(day);
      if (periods === ORDINARY) return ORDINARY_STARTS;
      return periods === null ? null : startsOf(periods);
    },
  };
}

/** The days of a calendar, whatever their hours. */
function countsOf(
  sessions: Int32Array,
  from: number,
  to: number,
): Pick<Calendar, 'from' | 'to' | 'sessions' | 'isSession' | 'sessionsBetween'> {
  // position[d] = number of sessions before day from + d, so that every query takes two look-ups.
  const position = new Int32Array(to - from + 1);
  let next = 0;
  for (let offset = 0; offset <= to - from; offset += 1) {
    position[offset] = next;
    if (sessions[next] === from + offset) next += 1;
  }
  const before = (day: number): number => position[Math.min(Math.max(day - from, 0), to - from)] ?? 0;
  return {
    from,
    to,
    sessions,
    isSession: (day) => before(day + 1) > before(day),
    sessionsBetween: (startDay, endDay) =>
      sessions.subarray(before(startDay), Math.max(before(startDay), before(endDay))),
  };
}

const ORDINARY: readonly TradingHours[] = [{ start: SESSION_START, end: SESSION_END }];
const ORDINARY_STARTS = startsOf(ORDINARY);

function startsOf(periods: readonly TradingHours[]): Int32Array {
  return Int32Array.from(
    periods.flatMap(({ start, end }) =>
      Array.from({ length: Math.ceil((end - start) / BAR_MINUTES) }, (_, bar) => start + BAR_MINUTES * bar),
    ),
  );
}

/**
 * The calendar with sessions outside of its years, where bars are all that is known: between its years and these
 * sessions, other days are closed. Their hours are ordinary ones.
 *
 * @param observed ISO dates, in any order, such as `observedSessions` of an ingest's manifest.
 */
export function extendCalendar(calendar: Calendar, observed: readonly string[]): Calendar {
  const days = observed.map(dayNumber).filter((day) => day < calendar.from || day >= calendar.to);
  if (days.length === 0) return calendar;
  const sessions = Int32Array.from([...days, ...calendar.sessions]).sort();
  const from = Math.min(calendar.from, sessions[0] ?? calendar.from);
  const to = Math.max(calendar.to, (sessions.at(-1) ?? 0) + 1);
  const known = (day: number): boolean => day >= calendar.from && day < calendar.to;
  return {
    ...calendar,
    ...countsOf(sessions, from, to),
    hours: (day) => (known(day) ? calendar.hours(day) : ORDINARY),
    barStarts: (day) => (known(day) ? calendar.barStarts(day) : ORDINARY_STARTS),
  };
}

/** Parses `09:15-10:00 11:30-12:30`; null where no hours are given, undefined where they are malformed. */
function parseHours(text: string | undefined): readonly TradingHours[] | null | undefined {
  if (text === undefined) return null;
  const periods = text.split(' ').map((period) => {
    const match = /^([01]\d|2[0-3]):([0-5][05])-([01]\d|2[0-3]):([0-5][05])$/.exec(period);
    const [, fromHour, fromMinute, toHour, toMinute] = (match ?? []).map(Number);
    return {
      start: (fromHour ?? NaN) * 60 + (fromMinute ?? NaN),
      end: (toHour ?? NaN) * 60 + (toMinute ?? NaN),
    };
  });
  const ordered = periods.every(
    ({ start, end }, index) => start < end && start >= (periods[index - 1]?.end ?? 0),
  );
  return ordered ? periods : undefined;
}
