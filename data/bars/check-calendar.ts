import type { Calendar } from '../calendar.js';
import { MINUTES_PER_DAY, dayOfMinutes, isoDate } from '../time/dates.js';
import type { FindingList } from './findings.js';
import type { BarSeries } from './series.js';

/** Share of days, or bars, outside the calendar from which dates or zone must be wrong as a whole. */
const WRONG_AS_A_WHOLE = 0.02;
/** Fewer than this many are never taken for a wrong whole. */
const ISOLATED = 3;
/** Share of missing sessions from which they are told as a warning. */
const MANY_MISSING = 0.02;
/** Share of missing sessions that refuses a series: what is left is no history of the symbol. */
const MOST_MISSING = 0.5;
/** Share of missing 5-minute bars from which they are told as a warning. */
const MANY_MISSING_BARS = 0.02;

/**
 * Compares the days of a series in rising time with the sessions of the calendar.
 *
 * @returns Sessions between first and last bar without a bar.
 */
export function checkCalendar(
  series: BarSeries,
  calendar: Calendar,
  at: (bar: number) => string,
  found: FindingList,
): number {
  const days = daysOf(series);
  checkStrangeDays(series.symbol, days, calendar, at, found);
  if (series.interval === '5minute') checkHours(series, days, calendar, at, found);
  return checkMissing(series.symbol, days, calendar, found);
}

/** A day with bars. */
interface Day {
  readonly day: number;
  /** Index of its first bar. */
  readonly bar: number;
  bars: number;
}

function daysOf({ time }: BarSeries): Day[] {
  const days: Day[] = [];
  for (let bar = 0; bar < time.length; bar += 1) {
    const day = dayOfMinutes(time[bar] ?? 0);
    const last = days.at(-1);
    if (last?.day === day) last.bars += 1;
    else days.push({ day, bar, bars: 1 });
  }
  return days;
}

function isWrongAsAWhole(strange: number, all: number): boolean {
  return strange >= ISOLATED && strange >= WRONG_AS_A_WHOLE * all;
}

function checkStrangeDays(
  symbol: string,
  days: readonly Day[],
  calendar: Calendar,
  at: (bar: number) => string,
  found: FindingList,
): void {
  const known = days.filter(({ day }) => day >= calendar.from && day < calendar.to);
  if (known.length < days.length) {
    const range = `${isoDate(calendar.from)} to ${isoDate(calendar.to - 1)}`;
    found.add(
      'info',
      'outside_calendar',
      `${symbol}: ${days.length - known.length} days outside ${range} could not be checked`,
    );
  }
  const strange = known.filter(({ day }) => !calendar.isSession(day));
  const wrong = isWrongAsAWhole(strange.length, known.length);
  for (const { bar } of strange) {
    const why = wrong
      ? `, like ${strange.length - 1} more days: are the dates shifted by another time zone?`
      : '';
    found.add(
      wrong ? 'error' : 'warning',
      'not_a_session',
      `${at(bar)} was no trading session of the NSE${why}`,
    );
  }
}

function checkHours(
  series: BarSeries,
  days: readonly Day[],
  calendar: Calendar,
  at: (bar: number) => string,
  found: FindingList,
): void {
  const outside: number[] = [];
  const thin: { readonly day: number; readonly bars: number; readonly expected: number }[] = [];
  let missing = 0;
  let all = 0;
  for (const { day, bar, bars } of days) {
    const starts = calendar.isSession(day) ? calendar.barStarts(day) : null;
    if (starts === null) continue;
    const expected = new Set(starts);
    let inside = 0;
    for (let i = bar; i < bar + bars; i += 1) {
      if (expected.has((series.time[i] ?? 0) - day * MINUTES_PER_DAY)) inside += 1;
      else outside.push(i);
    }
    all += expected.size;
    missing += expected.size - inside;
    if (inside < expected.size) thin.push({ day, bars: inside, expected: expected.size });
  }
  const wrong = isWrongAsAWhole(outside.length, series.time.length);
  for (const bar of outside) {
    found.add(
      wrong ? 'error' : 'warning',
      'outside_hours',
      `${at(bar)} has a bar outside of the session's hours${wrong ? `, like ${outside.length - 1} more: are the times in another zone?` : ''}`,
    );
  }
  const thinnest = thin.reduce((least, one) => (one.bars < least.bars ? one : least), {
    day: 0,
    bars: Infinity,
    expected: 0,
  });
  if (thin.length > 0) {
    found.add(
      missing > MANY_MISSING_BARS * all ? 'warning' : 'info',
      'thin_sessions',
      `${series.symbol}: ${missing} of ${all} 5-minute bars are missing, in ${thin.length} of ${days.length} sessions; ` +
        `the thinnest, ${isoDate(thinnest.day)}, has ${thinnest.bars} of ${thinnest.expected}`,
    );
  }
}

function checkMissing(symbol: string, days: readonly Day[], calendar: Calendar, found: FindingList): number {
  const present = new Set(days.map(({ day }) => day));
  const expected = calendar.sessionsBetween(days[0]?.day ?? 0, (days.at(-1)?.day ?? 0) + 1);
  const spells: { from: number; to: number; sessions: number }[] = [];
  let inSpell = false;
  for (const day of expected) {
    const missing = !present.has(day);
    const spell = spells.at(-1);
    if (missing && inSpell && spell !== undefined) {
      spell.to = day;
      spell.sessions += 1;
    } else if (missing) {
      spells.push({ from: day, to: day, sessions: 1 });
    }
    inSpell = missing;
  }
  const count = spells.reduce((sum, { sessions }) => sum + sessions, 0);
  const longest = spells.reduce((best, spell) => (spell.sessions > best.sessions ? spell : best), {
    from: 0,
    to: 0,
    sessions: 0,
  });
  if (count > 0) {
    found.add(
      count > MOST_MISSING * expected.length
        ? 'error'
        : count > MANY_MISSING * expected.length
          ? 'warning'
          : 'info',
      'missing_sessions',
      `${symbol}: ${count} of ${expected.length} sessions have no bar, in ${spells.length} spells; the longest is ` +
        `${longest.sessions} sessions, ${isoDate(longest.from)} to ${isoDate(longest.to)}`,
    );
  }
  return count;
}
