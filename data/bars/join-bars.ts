import type { Calendar } from '../calendar/calendar.js';
import type { DayRange } from '../schemas/day-range.js';
import type { Finding } from '../schemas/ingest.js';
import type { Interval } from '../schemas/run-choices.js';
import { MINUTES_PER_DAY, clockText, dayOfMinutes, isoDate, startOfDate } from '../time/dates.js';
import type { BarRows } from './bar-rows.js';
import { chooseSeries } from './choose-series.js';
import type { FindingList } from './findings.js';
import { findingList } from './findings.js';
import { resampleMinutes } from './resample.js';
import type { BarSeries } from './series.js';
import { settleDoubles } from './settle-doubles.js';
import { dailyRows, reportLivePrice, requireTimes, stampsAreEnds, stepsOf } from './settle-stamps.js';

/** What the rows of a symbol are joined for. */
export interface JoinOptions {
  readonly symbol: string;
  readonly interval: Interval;
  /** Days that are needed; rows of other days are not judged. */
  readonly days: DayRange;
  /** Whether intraday bars are stamped with their start or their end, if the user said so. */
  readonly stamps?: 'start' | 'end';
  readonly calendar: Calendar;
}

/** A series from files. */
export interface JoinedBars {
  /** In strictly ascending time; null if there are no bars, or if a finding of severity error says why. */
  readonly series: BarSeries | null;
  readonly findings: readonly Finding[];
  /** `file:line` of a bar. */
  readonly place: (bar: number) => string;
}

/** Share of the days with incomplete rows above which a symbol is stopped. */
const MAX_INCOMPLETE = 0.01;
/** Places that a message names. */
const MAX_PLACES = 3;

/**
 * Joins the rows of one symbol from all of its files into a series: only the days that are needed, one NSE series a
 * day, sorted, each time once, stamped with the start of the bar, and 1-minute bars made into bars of five minutes if
 * those are asked for. Everything that was left out is reported.
 */
export function joinBars(rows: BarRows, options: JoinOptions): JoinedBars {
  const { symbol, interval, days } = options;
  const found = findingList();
  const [from, to] = [startOfDate(days.from), startOfDate(days.to)];
  const isNeeded = (time: number | null): boolean => time === null || (time >= from && time < to);
  const needed: number[] = [];
  const { time: minutes } = rows;
  for (let row = 0; row < rows.length; row += 1) {
    const time = minutes[row] ?? NaN;
    if (time >= from && time < to) needed.push(row);
  }
  reportTroubles(rows, needed, isNeeded, interval, found);
  if (needed.length === 0 && rows.length > 0)
    found.add(
      'info',
      'outside_range',
      `${symbol}: all ${rows.length} bars are outside of the days that the run reads, ${days.from} to ${isoDate(dayOfMinutes(to) - 1)}`,
    );

  const ofSeries = chooseSeries(rows, needed, symbol, found);
  const chosen = interval === '1day' ? dailyRows(rows, ofSeries, found) : ofSeries;
  if (interval !== '1day' && chosen.length > 0 && !requireTimes(rows, found)) return noSeries(rows, found);
  const timeOf =
    interval === '1day'
      ? (row: number): number => dayOfMinutes(minutes[row] ?? 0) * MINUTES_PER_DAY
      : (row: number): number => minutes[row] ?? 0;
  const used = settleDoubles(rows, chosen, timeOf, symbol, found);
  const times = used.map(timeOf);
  reportLeftOut(rows, times, isNeeded, symbol, found);
  const length = interval === '1day' ? 0 : barLength(times, symbol, found);
  const shift = length > 0 && stampsAreEnds(times, options.stamps, options, found) === true ? length : 0;
  if (found.hasErrors() || used.length === 0) return noSeries(rows, found);
  const time = Int32Array.from(times);
  if (shift > 0) for (let bar = 0; bar < time.length; bar += 1) time[bar] = (times[bar] ?? 0) - shift;
  const series = seriesOf(rows, used, time, options);
  if (length !== 1) return { series, findings: found.all(), place: (bar) => rows.place(used[bar] ?? 0) };
  const resampled = resampleMinutes(series);
  found.add(
    'info',
    'resampled',
    `${symbol}: ${times.length} bars of one minute are made into ${resampled.first.length} bars of five minutes`,
  );
  return {
    series: resampled.series,
    findings: found.all(),
    place: (bar) => rows.place(used[resampled.first[bar] ?? 0] ?? 0),
  };
}

/** Minutes of the bars, 1 or 5; 0 for others, which are reported. */
function barLength(times: readonly number[], symbol: string, found: FindingList): number {
  const { usual, smallest } = stepsOf(times);
  if (usual === 1) return 1;
  const odd = times.find((time) => time % 5 !== 0);
  // A share that is traded little has few bars next to each other.
  if (odd === undefined && smallest <= 5) return 5;
  const what =
    odd === undefined
      ? `its bars are ${smallest} minutes apart`
      : `${textOf(odd)} is not the start of a 5-minute bar`;
  found.add('error', 'other_interval', `${symbol}: ${what}. Bars of 5 minutes are needed, or of 1 minute`);
  return 0;
}

/** Rows that cannot be read; a last one with seconds among daily bars is a price within a session. */
function reportTroubles(
  rows: BarRows,
  needed: readonly number[],
  isNeeded: (time: number | null) => boolean,
  interval: Interval,
  found: FindingList,
): void {
  const troubles = rows.troubles.filter(({ time }) => isNeeded(time));
  const last = needed.reduce((day, row) => Math.max(day, dayOfMinutes(rows.time[row] ?? 0)), -Infinity);
  const live = troubles.filter(
    ({ code, time }) =>
      interval === '1day' && code === 'bad_timestamp' && time !== null && dayOfMinutes(time) >= last,
  );
  for (const trouble of troubles) {
    const { code, file, line, time, problem, format } = trouble;
    if (live.length === 1 && live[0] === trouble && needed.length > 0)
      reportLivePrice(found, `${file}:${line}`, dayOfMinutes(time ?? 0));
    else found.add('error', code, `${file}:${line}: ${problem} (format ${format})`);
  }
}

function textOf(time: number): string {
  const day = dayOfMinutes(time);
  return `${isoDate(day)} ${clockText(time - day * MINUTES_PER_DAY)}`;
}

/**
 * Rows without a bar are left out. A row of which only a part is missing is a warning: the session may have taken
 * place; at the end of a file it is the session that was not over.
 */
function reportLeftOut(
  rows: BarRows,
  times: readonly number[],
  isNeeded: (time: number | null) => boolean,
  symbol: string,
  found: FindingList,
): void {
  const leftOut = rows.leftOut.filter(({ time }) => isNeeded(time));
  if (leftOut.length === 0) return;
  const days = new Set(times.map(dayOfMinutes));
  const last = dayOfMinutes(times.at(-1) ?? -1);
  const incomplete = leftOut.filter(
    ({ partial, time }) =>
      partial &&
      time !== null &&
      !days.has(dayOfMinutes(time)) &&
      (times.length === 0 || dayOfMinutes(time) <= last),
  );
  const blank = leftOut.filter((row) => !incomplete.includes(row));
  const placesOf = (some: typeof leftOut): string =>
    some
      .slice(0, MAX_PLACES)
      .map(({ file, line }) => `${file}:${line}`)
      .join(', ') + (some.length > MAX_PLACES ? ', …' : '');
  if (blank.length > 0)
    found.add(
      'info',
      'blank_rows',
      `${symbol}: ${blank.length} row(s) without a bar are left out: ${placesOf(blank)}`,
    );
  // Chunks that overlap have a row twice.
  const lacking = new Set(incomplete.map(({ time }) => dayOfMinutes(time ?? 0))).size;
  if (incomplete.length > 0)
    found.add(
      lacking > MAX_INCOMPLETE * (days.size + lacking) ? 'error' : 'warning',
      'incomplete_rows',
      `${symbol}: ${incomplete.length} row(s) lack a price or the volume and are left out: ${placesOf(incomplete)}`,
    );
}

function seriesOf(
  rows: BarRows,
  used: readonly number[],
  time: Int32Array,
  { symbol, interval }: JoinOptions,
): BarSeries {
  const column = (index: number): Float64Array => {
    const values = rows.values[index] ?? [];
    const filled = new Float64Array(used.length);
    for (let bar = 0; bar < used.length; bar += 1) filled[bar] = values[used[bar] ?? -1] ?? NaN;
    return filled;
  };
  return {
    symbol,
    interval,
    time,
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    volume: column(4),
  };
}

function noSeries(rows: BarRows, found: FindingList): JoinedBars {
  return { series: null, findings: found.all(), place: (bar) => rows.place(bar) };
}
