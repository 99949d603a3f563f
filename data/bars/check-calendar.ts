import type { Calendar } from '../calendar/calendar.js';
import { MINUTES_PER_DAY, dayOfMinutes, isoDate } from '../time/dates.js';
import type { FindingList } from './findings.js';
import type { BarSeries } from './series.js';

/** Missing sessions are a warning above this share. */
const MISSING_WARNING = 0.02;
/** Missing sessions are an error above this share: the rest is not a usable history of the symbol. */
const MISSING_ERROR = 0.5;
/** Missing 5-minute bars are a warning above this share. */
const MISSING_BARS_WARNING = 0.02;

/**
 * Compares the days of a series, in ascending time, with the sessions of the calendar.
 *
 * @returns Number of sessions between the first and the last bar that have no bar.
 */
export function checkCalendar(series: BarSeries, calendar: Calendar, found: FindingList): number {
  const days = daysOf(series);
  checkKnown(series.symbol, days, calendar, found);
  if (series.interval === '5minute') checkBars(series, days, calendar, found);
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

function checkKnown(symbol: string, days: readonly Day[], calendar: Calendar, found: FindingList): void {
  const unknown = days.filter(({ day }) => day < calendar.from || day >= calendar.to).length;
  if (unknown === 0) return;
  const range = `${isoDate(calendar.from)} to ${isoDate(calendar.to - 1)}`;
  found.add(
    'info',
    'outside_calendar',
    `${symbol}: ${unknown} days are outside of the trading calendar, which covers ${range}: they count as sessions where half of the symbols have them`,
  );
}

function checkBars(series: BarSeries, days: readonly Day[], calendar: Calendar, found: FindingList): void {
  const incomplete: { readonly day: number; readonly bars: number; readonly expected: number }[] = [];
  let missing = 0;
  let all = 0;
  for (const { day, bar, bars } of days) {
    const starts = calendar.isSession(day) ? calendar.barStarts(day) : null;
    if (starts === null) continue;
    const expected = new Set(starts);
    let inside = 0;
    for (let i = bar; i < bar + bars; i += 1) {
      if (expected.has((series.time[i] ?? 0) - day * MINUTES_PER_DAY)) inside += 1;
    }
    all += expected.size;
    missing += expected.size - inside;
    if (inside < expected.size) incomplete.push({ day, bars: inside, expected: expected.size });
  }
  const worst = incomplete.reduce((least, one) => (one.bars < least.bars ? one : least), {
    day: 0,
    bars: Infinity,
    expected: 0,
  });
  if (incomplete.length > 0) {
    found.add(
      missing > MISSING_BARS_WARNING * all ? 'warning' : 'info',
      'thin_sessions',
      `${series.symbol}: ${missing} of ${all} 5-minute bars are missing, in ${incomplete.length} of ${days.length} sessions. ` +
        `Most are missing on ${isoDate(worst.day)}, which has ${worst.bars} of ${worst.expected} bars`,
    );
  }
}

function checkMissing(symbol: string, days: readonly Day[], calendar: Calendar, found: FindingList): number {
  const present = new Set(days.map(({ day }) => day));
  const expected = calendar.sessionsBetween(days[0]?.day ?? 0, (days.at(-1)?.day ?? 0) + 1);
  const gaps: { from: number; to: number; sessions: number }[] = [];
  let inGap = false;
  for (const day of expected) {
    const missing = !present.has(day);
    const gap = gaps.at(-1);
    if (missing && inGap && gap !== undefined) {
      gap.to = day;
      gap.sessions += 1;
    } else if (missing) {
      gaps.push({ from: day, to: day, sessions: 1 });
    }
    inGap = missing;
  }
  const count = gaps.reduce((sum, { sessions }) => sum + sessions, 0);
  const longest = gaps.reduce((best, gap) => (gap.sessions > best.sessions ? gap : best), {
    from: 0,
    to: 0,
    sessions: 0,
  });
  if (count > 0) {
    found.add(
      count > MISSING_ERROR * expected.length
        ? 'error'
        : count > MISSING_WARNING * expected.length
          ? 'warning'
          : 'info',
      'missing_sessions',
      `${symbol}: ${count} of ${expected.length} sessions have no bar, in ${gaps.length} gap(s). The longest gap has ` +
        `${longest.sessions} session(s), ${isoDate(longest.from)} to ${isoDate(longest.to)}`,
    );
  }
  return count;
}
