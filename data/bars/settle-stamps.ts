import type { Calendar } from '../calendar/calendar.js';
import { SESSION_END, SESSION_START } from '../calendar/calendar.js';
import { MINUTES_PER_DAY, clockText, dayOfMinutes, isoDate } from '../time/dates.js';
import type { BarRows } from './bar-rows.js';
import type { FindingList } from './findings.js';

/** Times of day of a daily bar: none or midnight, start and end of the session. */
const DAILY_STAMPS = new Set([0, SESSION_START, SESSION_END]);
/** Midnight UTC on the exchange's clock: a date that was given the zone UTC. */
const UTC_MIDNIGHT = 330;
/** Minutes of a 5-minute bar. */
const BAR = 5;
/** Share of the days that must look as if stamped with the end of bars, and share from which days are mixed. */
const END_SHARE = 0.9;
const MIXED_SHARE = 0.02;
const MIXED_MIN = 3;

/**
 * Reports rows whose time is not that of a daily bar. If it is the last row alone, it is a price within a session, which
 * Yahoo adds below the bars: it is left out.
 *
 * @returns The rows that are bars.
 */
export function dailyRows(rows: BarRows, kept: readonly number[], found: FindingList): readonly number[] {
  const odd = kept.filter((row) => !hasDailyStamp(rows, row));
  const [only] = odd;
  if (only !== undefined && odd.length === 1 && kept.length > 1) {
    const day = dayOfMinutes(rows.time[only] ?? 0);
    if (kept.every((row) => dayOfMinutes(rows.time[row] ?? 0) <= day)) {
      reportLivePrice(found, rows.place(only), day);
      return kept.filter((row) => row !== only);
    }
  }
  for (const row of odd) {
    const time = rows.time[row] ?? 0;
    const day = dayOfMinutes(time);
    found.add(
      'error',
      'other_interval',
      `${rows.place(row)}: ${isoDate(day)} ${clockText(time - day * MINUTES_PER_DAY)} is not the time of a daily bar, which is 00:00, 09:15 or 15:30. ` +
        'Is the file in another time zone, or does it have bars of another interval?',
    );
  }
  return kept;
}

/** Says that a row with a time within a session is left out. */
export function reportLivePrice(found: FindingList, place: string, day: number): void {
  const message = `${place}: is a price within the session of ${isoDate(day)}, not a daily bar: left out`;
  found.add('warning', 'live_price', message);
}

function hasDailyStamp(rows: BarRows, row: number): boolean {
  const time = rows.time[row] ?? 0;
  const ofDay = time - dayOfMinutes(time) * MINUTES_PER_DAY;
  return DAILY_STAMPS.has(ofDay) || (ofDay === UTC_MIDNIGHT && rows.sourceOf(row)?.converted === true);
}

/** Reports files without times of day. @returns Whether all have them. */
export function requireTimes(rows: BarRows, found: FindingList): boolean {
  for (const { name, timed } of rows.sources)
    if (timed !== 'all')
      found.add(
        'error',
        'other_interval',
        `${name}: ${timed === 'none' ? 'has no time of day' : 'has rows without time of day'}. Is this a file of daily bars?`,
      );
  return !found.hasErrors();
}

/** Minutes between the bars of a day: most often, and at least. @param times In ascending order. */
export function stepsOf(times: readonly number[]): { readonly usual: number; readonly smallest: number } {
  const counts = new Int32Array(MINUTES_PER_DAY);
  let before = times[0] ?? 0;
  let endOfDay = (dayOfMinutes(before) + 1) * MINUTES_PER_DAY;
  for (let bar = 1; bar < times.length; bar += 1) {
    const time = times[bar] ?? 0;
    if (time < endOfDay) counts[time - before] = (counts[time - before] ?? 0) + 1;
    else endOfDay = (dayOfMinutes(time) + 1) * MINUTES_PER_DAY;
    before = time;
  }
  const usual = counts.reduce((most, count, step) => (count > (counts[most] ?? 0) ? step : most), 0);
  return usual === 0
    ? { usual: BAR, smallest: BAR }
    : { usual, smallest: counts.findIndex((count) => count > 0) };
}

/**
 * Finds out whether bars are stamped with their start or their end, from the ordinary sessions: with starts there is
 * a bar at 09:15 and none at 15:30, with ends the other way round. A bar at both on all days may be a row for the
 * auction before the session or for the one after it, so the user has to say.
 *
 * @param times Of all bars, in ascending order.
 * @param said What the user said.
 * @returns Whether the stamps are ends; undefined if that cannot be, which is reported.
 */
export function stampsAreEnds(
  times: readonly number[],
  said: 'start' | 'end' | undefined,
  { symbol, calendar }: { readonly symbol: string; readonly calendar: Calendar },
  found: FindingList,
): boolean | undefined {
  const ordinary = daysOf(times).filter(({ day }) => calendar.special(day) === undefined);
  const ends = ordinary.filter(({ start, end }) => end && !start).length;
  const starts = ordinary.filter(({ start, end }) => start && !end).length;
  if (said === 'end') {
    if (ordinary.length === 0 || starts <= MIXED_SHARE * ordinary.length) return true;
    found.add(
      'error',
      'start_stamps',
      `${symbol}: on ${starts} of ${ordinary.length} days the bars have a bar at 09:15 and none at 15:30: they are stamped with their start. Leave out --stamps end`,
    );
    return undefined;
  }
  const both = ordinary.filter(({ start, end }) => start && end).length;
  if (said === undefined && both >= MIXED_MIN && both >= END_SHARE * ordinary.length && starts < MIXED_MIN) {
    found.add(
      'error',
      'end_stamps',
      `${symbol}: on ${both} of ${ordinary.length} days there is a bar at 09:15 and one at 15:30, so they do not tell whether bars are stamped with their start or their end. Say --stamps start or --stamps end; the bar outside of the session is left out`,
    );
    return undefined;
  }
  if (ends === 0 || (starts > 0 && ends < MIXED_MIN && ends < END_SHARE * ordinary.length)) return false;
  if (said === 'start' || ends < MIXED_SHARE * ordinary.length) return false;
  found.add(
    'error',
    'end_stamps',
    starts === 0 || ends >= END_SHARE * ordinary.length
      ? `${symbol}: on ${ends} of ${ordinary.length} days there is a bar at 15:30 and none at 09:15: the bars are stamped with their end. Say --stamps end`
      : `${symbol}: on ${ends} of ${ordinary.length} days the bars are stamped with their end (15:30 is there, 09:15 is not), and on the others with their start`,
  );
  return undefined;
}

/** Whether each day has a bar at 09:15 and at 15:30. */
function daysOf(times: readonly number[]): { readonly day: number; start: boolean; end: boolean }[] {
  const days: { readonly day: number; start: boolean; end: boolean }[] = [];
  for (const time of times) {
    let last = days.at(-1);
    if (last === undefined || time >= (last.day + 1) * MINUTES_PER_DAY) {
      last = { day: dayOfMinutes(time), start: false, end: false };
      days.push(last);
    }
    const ofDay = time - last.day * MINUTES_PER_DAY;
    if (ofDay === SESSION_START) last.start = true;
    if (ofDay === SESSION_END) last.end = true;
  }
  return days;
}
