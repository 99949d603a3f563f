import type { Calendar } from '../calendar/calendar.js';
import type { DayRange } from '../schemas/day-range.js';
import type { Finding } from '../schemas/ingest.js';
import { MINUTES_PER_DAY, dayNumber, dayOfMinutes, isoDate } from '../time/dates.js';
import { findingList } from './findings.js';
import type { FindingList } from './findings.js';
import type { BarSeries } from './series.js';
import { pickBars } from './series.js';

/** From this share of days, or bars, outside the calendar on, all dates or the time zone must be wrong. */
const SYSTEMATIC_SHARE = 0.02;
/** Fewer cases than this never count as systematic. */
const SYSTEMATIC_MIN = 3;
/** From this share on, what is left out is worth a look. */
const WARNING_SHARE = 0.005;

/** What a run needs of a series. */
export interface KeptBars {
  /** Null if nothing is left. */
  readonly series: BarSeries | null;
  /** Place of each kept bar in the series as it was read. */
  readonly bars: readonly number[];
  readonly findings: readonly Finding[];
}

/**
 * Leaves out what is no bar of a session of the run: days that the run does not read, days on which the exchange
 * was closed (a provider's flat bar on a holiday, an archive's copy of the day before), and 5-minute bars outside
 * the trading hours. The last two are counted: `closed_day` and `outside_hours`. Where they are so many that dates
 * or time zone must be wrong, they are errors: `not_a_session` and `outside_hours`. Days outside the calendar's
 * years are kept if anything was traded: the bars of all symbols decide on them.
 *
 * @param series In any order of time.
 * @param at The place of a bar in messages, by its place in the series.
 */
export function keepSessions(
  series: BarSeries,
  days: DayRange,
  calendar: Calendar,
  at: (bar: number) => string,
): KeptBars {
  const found = findingList();
  const [from, to] = [dayNumber(days.from), dayNumber(days.to)];
  const all = Array.from(series.time.keys());
  const wanted = all.filter((bar) => {
    const day = dayOfMinutes(series.time[bar] ?? 0);
    return day >= from && day < to;
  });
  if (wanted.length === 0) {
    const [first, last] = [dayOfMinutes(series.time[0] ?? 0), dayOfMinutes(series.time.at(-1) ?? 0)];
    found.add(
      'info',
      'outside_range',
      `${series.symbol}: its bars, ${isoDate(first)} to ${isoDate(last)}, are outside of the days that the run reads, ${days.from} to ${days.to}`,
    );
    return { series: null, bars: [], findings: found.all() };
  }
  const open = withoutClosedDays(series, wanted, calendar, at, found);
  const kept = series.interval === '5minute' ? withinHours(series, open, calendar, at, found) : open;
  return {
    series: kept.length === 0 ? null : kept.length === all.length ? series : pickBars(series, kept),
    bars: kept,
    findings: found.all(),
  };
}

function withoutClosedDays(
  series: BarSeries,
  bars: readonly number[],
  calendar: Calendar,
  at: (bar: number) => string,
  found: FindingList,
): readonly number[] {
  const dayOf = (bar: number): number => dayOfMinutes(series.time[bar] ?? 0);
  const byDay = new Map<number, number[]>();
  for (const bar of bars) {
    const own = byDay.get(dayOf(bar));
    if (own === undefined) byDay.set(dayOf(bar), [bar]);
    else own.push(bar);
  }
  const closed = new Map(
    [...byDay].filter(([day, own]) =>
      day < calendar.from || day >= calendar.to ? isIdle(series, own) : !calendar.isSession(day),
    ),
  );
  if (closed.size === 0) return bars;
  // A bar that was made up says nothing about the dates of the others.
  const traded = [...closed.values()].filter((own) => !isMadeUp(series, own));
  if (isSystematic(traded.length, byDay.size)) {
    for (const [bar = 0] of traded)
      found.add(
        'error',
        'not_a_session',
        `${at(bar)} was not a trading session of the NSE, and neither were ${traded.length - 1} other days. Did another time zone shift the dates?`,
      );
    return bars;
  }
  const severity = severityOf(traded.length, byDay.size);
  for (const [bar = 0] of closed.values())
    found.add(severity, 'closed_day', `${at(bar)} was not a trading session of the NSE: left out`);
  return bars.filter((bar) => !closed.has(dayOf(bar)));
}

function isFlat({ open, high, low, close }: BarSeries, bars: readonly number[]): boolean {
  return bars.every((bar) => high[bar] === low[bar] && open[bar] === close[bar]);
}

/** Whether nothing was traded on a day. */
function isIdle(series: BarSeries, bars: readonly number[]): boolean {
  return isFlat(series, bars) && bars.every((bar) => series.volume[bar] === 0);
}

/** Whether the bars of a day are flat, or those of the day before once more. */
function isMadeUp(series: BarSeries, bars: readonly number[]): boolean {
  const { time, open, high, low, close } = series;
  const isCopy = bars.every((bar) => {
    const before = bar - bars.length;
    return (
      before >= 0 &&
      dayOfMinutes(time[before] ?? 0) !== dayOfMinutes(time[bar] ?? 0) &&
      [open, high, low, close].every((column) => column[bar] === column[before])
    );
  });
  return isCopy || isFlat(series, bars);
}

function withinHours(
  series: BarSeries,
  bars: readonly number[],
  calendar: Calendar,
  at: (bar: number) => string,
  found: FindingList,
): readonly number[] {
  const hours = new Map<number, ReadonlySet<number> | null>();
  const isInside = (bar: number): boolean => {
    const minutes = series.time[bar] ?? 0;
    const day = dayOfMinutes(minutes);
    let starts = hours.get(day);
    if (starts === undefined) {
      const known = calendar.isSession(day) ? calendar.barStarts(day) : null;
      starts = known === null ? null : new Set(known);
      hours.set(day, starts);
    }
    return starts === null || starts.has(minutes - day * MINUTES_PER_DAY);
  };
  const outside = bars.filter((bar) => !isInside(bar));
  if (outside.length === 0) return bars;
  const systematic = isSystematic(outside.length, bars.length);
  const severity = systematic ? 'error' : severityOf(outside.length, bars.length);
  const why = systematic
    ? `, and so do ${outside.length - 1} other bars. Are the times in another time zone?`
    : ': left out';
  for (const bar of outside)
    found.add(severity, 'outside_hours', `${at(bar)} has a bar outside the trading hours${why}`);
  return systematic ? bars : bars.filter(isInside);
}

function isSystematic(cases: number, all: number): boolean {
  return cases >= SYSTEMATIC_MIN && cases >= SYSTEMATIC_SHARE * all;
}

function severityOf(cases: number, all: number): Finding['severity'] {
  return cases >= SYSTEMATIC_MIN && cases >= WARNING_SHARE * all ? 'warning' : 'info';
}
