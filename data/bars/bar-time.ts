import { SESSION_START } from '../calendar/calendar.js';
import type { Interval } from '../schemas/run-choices.js';
import { MINUTES_PER_DAY, clockText, dayOfMinutes, isoDate } from '../time/dates.js';

const STAMP = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.0+)?)?)?(Z|[+-]\d{2}:?\d{2})?$/;
const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const MS_PER_DAY = 86_400_000;

/** A bar's time in exchange minutes, or why the text is not one. */
export type ParsedBarTime =
  | { readonly minutes: number }
  | { readonly code: 'bad_timestamp' | 'other_timezone' | 'other_interval'; readonly problem: string };

/**
 * Parses a timestamp: a date, or a date and time, without a time zone (the exchange's clock) or with +05:30.
 * Other time zones are refused, not converted: a daily bar with a time in UTC may mean either of two days. A daily
 * bar may have the time 00:00 or 09:15 (the start of the session); both mean its date.
 */
export function parseBarTime(text: string, interval: Interval): ParsedBarTime {
  const match = STAMP.exec(text);
  const day = match === null ? undefined : dayOf(match[1], match[2], match[3]);
  if (match === null || day === undefined) {
    return bad(
      'bad_timestamp',
      `${text === '' ? 'an empty cell' : text} is not a time such as 2022-01-03 or 2022-01-03T09:15:00`,
    );
  }
  const zone = match[7];
  if (zone !== undefined && zone !== '+05:30' && zone !== '+0530') {
    return bad(
      'other_timezone',
      `${text} is in time zone ${zone}: use the exchange's time (+05:30, or no time zone)`,
    );
  }
  const minutes = Number(match[4] ?? 0) * 60 + Number(match[5] ?? 0);
  if (minutes >= MINUTES_PER_DAY || Number(match[5] ?? 0) > 59 || Number(match[6] ?? 0) !== 0) {
    return bad('bad_timestamp', `${text} is not a valid time of day in whole minutes`);
  }
  if (interval === '1day') {
    if (minutes === 0 || minutes === SESSION_START) return { minutes: day * MINUTES_PER_DAY };
    return bad(
      'other_interval',
      `${text} is not the time of a daily bar, which is 00:00 or 09:15. Is the file in another time zone, or does it have bars of another interval?`,
    );
  }
  if (match[4] === undefined)
    return bad('other_interval', `${text} has no time of day. Is this a file of daily bars?`);
  if (minutes % 5 !== 0) return bad('other_interval', `${text} is not the start of a 5-minute bar`);
  return { minutes: day * MINUTES_PER_DAY + minutes };
}

/** The canonical timestamp of a bar: a date, or a date and time with the exchange's time zone. */
export function formatBarTime(minutes: number, interval: Interval): string {
  const day = dayOfMinutes(minutes);
  if (interval === '1day') return isoDate(day);
  return `${isoDate(day)}T${clockText(minutes - day * MINUTES_PER_DAY)}:00+05:30`;
}

/** Formats bar times as predictions have them, to the minute and without a time zone; results are cached. */
export function barTimeTexts(interval: Interval): (minutes: number) => string {
  const known = new Map<number, string>();
  return (minutes) => {
    let text = known.get(minutes);
    if (text === undefined) {
      text = formatBarTime(minutes, interval).slice(0, 'YYYY-MM-DDTHH:MM'.length);
      known.set(minutes, text);
    }
    return text;
  };
}

function bad(code: 'bad_timestamp' | 'other_timezone' | 'other_interval', problem: string): ParsedBarTime {
  return { code, problem };
}

/** Day number of a date; undefined if the date does not exist. */
function dayOf(yearText = '', monthText = '', dayText = ''): number | undefined {
  const [year, month, day] = [Number(yearText), Number(monthText), Number(dayText)];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const last = month === 2 && !leap ? 28 : DAYS_IN_MONTH[month - 1];
  if (last === undefined || day < 1 || day > last || year < 1900) return undefined;
  return Date.UTC(year, month - 1, day) / MS_PER_DAY;
}
