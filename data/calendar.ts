import { readFileSync } from 'node:fs';
import path from 'node:path';

import { csvTable } from './csv-table.js';
import { InvalidInputError } from './errors.js';
import { dayNumber, isIsoDate } from './time/dates.js';

/** A session outside the ordinary hours or on a weekend: Muhurat trading, a budget Saturday. */
export interface SpecialSession {
  readonly day: number;
  readonly name: string;
}

/** The trading sessions of the NSE, as day numbers (days since 1970-01-01). */
export interface Calendar {
  /** First day the calendar knows. */
  readonly from: number;
  /** First day it no longer knows. */
  readonly to: number;
  /** Every session, rising. */
  readonly sessions: Int32Array;
  isSession(day: number): boolean;
  /** Sessions in `[startDay, endDay)`: a view, not a copy. */
  sessionsBetween(startDay: number, endDay: number): Int32Array;
  special(day: number): SpecialSession | undefined;
}

const SATURDAY = 6;
const SUNDAY = 0;

/**
 * The calendar of `data/reference/nse-calendar.csv`. The file lists what is not ordinary: holidays on
 * weekdays and special sessions; every other Monday to Friday is a session. It covers whole years, from
 * that of its first line to that of its last.
 *
 * @throws InvalidInputError naming every wrong line.
 */
export function loadCalendar(packageRoot: string): Calendar {
  const file = path.join(packageRoot, 'data', 'reference', 'nse-calendar.csv');
  return parseCalendar(readFileSync(file, 'utf8'), file);
}

/** The calendar that CSV text with the columns date, status, name describes. @throws InvalidInputError */
export function parseCalendar(text: string, file: string): Calendar {
  const holidays = new Set<number>();
  const specials = new Map<number, SpecialSession>();
  const years: number[] = [];
  const problems: string[] = [];
  for (const row of csvTable(text).rows) {
    const date = row.cell('date') ?? '';
    const status = row.cell('status');
    if (!isIsoDate(date)) {
      problems.push(`${file}:${row.line}: date: must be a date that exists, as YYYY-MM-DD`);
      continue;
    }
    const day = dayNumber(date);
    if (holidays.has(day) || specials.has(day))
      problems.push(`${file}:${row.line}: ${date} stands there twice`);
    if (status === 'holiday') holidays.add(day);
    else if (status === 'special') specials.set(day, { day, name: row.cell('name') ?? '' });
    else problems.push(`${file}:${row.line}: status: must be holiday or special, not ${status ?? 'nothing'}`);
    years.push(Number(date.slice(0, 4)));
  }
  if (years.length === 0) problems.push(`${file}: holds no dates`);
  if (problems.length > 0) throw new InvalidInputError(problems);
  const from = dayNumber(`${Math.min(...years)}-01-01`);
  const to = dayNumber(`${Math.max(...years) + 1}-01-01`);
  return calendarOf(sessionDays(from, to, holidays, specials), from, to, specials);
}

function sessionDays(
  from: number,
  to: number,
  holidays: ReadonlySet<number>,
  specials: ReadonlyMap<number, SpecialSession>,
): Int32Array {
  const days: number[] = [];
  for (let day = from; day < to; day += 1) {
    const weekday = (day + 4) % 7; // 1970-01-01 was a Thursday
    const ordinary = weekday !== SATURDAY && weekday !== SUNDAY && !holidays.has(day);
    if (ordinary || specials.has(day)) days.push(day);
  }
  return Int32Array.from(days);
}

function calendarOf(
  sessions: Int32Array,
  from: number,
  to: number,
  specials: ReadonlyMap<number, SpecialSession>,
): Calendar {
  // position[d] = sessions before day from + d, so that every question is two look-ups.
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
    special: (day) => specials.get(day),
  };
}
