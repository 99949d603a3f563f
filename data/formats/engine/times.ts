import type { Calendar } from '../../calendar/calendar.js';
import type { DateFormat } from '../../schemas/run-choices.js';
import { MINUTES_PER_DAY } from '../../time/dates.js';
import type { DateOrder } from './date-order.js';
import { findDateOrder } from './date-order.js';
import type { NumericDate } from './dates.js';
import { dayInOrder, readDate } from './dates.js';

/** How far the exchange's clock is ahead of UTC, in minutes. */
const EXCHANGE_OFFSET = 330;
const CLOCK =
  /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*([ap]m)?\s*(z|ist|(?:utc|gmt)?(?:[+-]\d{1,2}:?\d{2})?)(?:\s*\(.*\))?$/i;
const COMPACT_CLOCK = /^(\d{1,2})(\d{2})(?:(\d{2}))?$/;
const COMPACT_STAMP = /^((?:19|20)\d{6})(\d{2})(\d{2})(\d{2})?$/;
const DIGITS = /^\d+(?:\.\d+)?$/;
/** Day 0 of spreadsheets, as a day number. */
const EXCEL_EPOCH = -25_569;
/** Numbers of digits of seconds, milli-, micro- and nanoseconds since 1970, and what they are divided by. */
const EPOCHS: Readonly<Record<number, number>> = { 9: 1, 10: 1, 12: 1e3, 13: 1e3, 16: 1e6, 19: 1e9 };

/** A time of day on the exchange's clock, in minutes: below 0 or from 1,440 on it is on another day. */
interface Clock {
  readonly minutes: number;
  /** Whether it was in another zone than the exchange's. */
  readonly converted: boolean;
}

/** What is wrong with a time. */
export type TimeTrouble = 'not_a_time' | 'seconds';

/** Whether a cell holds a date or a time in any known form. */
export function looksLikeTime(cell: string): boolean {
  return new TimeReader().read(cell, undefined) === undefined;
}

/**
 * Reads the times of a file's rows. Dates such as 03/04/2023 stay open until all of them were seen, since they may be
 * read in two ways.
 */
export class TimeReader {
  /** Of the last cell: index of its open date, or -1 if `minutes` is known. */
  date = -1;
  /** Of the last cell: exchange minutes, or minutes of an open date. */
  minutes = 0;
  /** Whether the last cell had a time of day. */
  timed = false;
  /** Whether any time was in another zone than the exchange's. */
  converted = false;

  /** Open dates, in the order of the file, and their index by text. */
  private readonly open: NumericDate[] = [];
  private readonly openTexts = new Map<string, number>();
  private readonly clocks = new Map<string, Clock | TimeTrouble>();
  private lastText: string | undefined;
  private lastDay = NaN;

  /** Reads a cell, or a cell of the date and one of the time of day. @returns What is wrong; undefined if nothing. */
  read(cell: string, timeOfDay: string | undefined): TimeTrouble | undefined {
    const colon = cell.indexOf(':');
    if (colon < 0) return this.readDay(cell, timeOfDay);
    let start = colon;
    while (start > 0 && isDigit(cell.charCodeAt(start - 1))) start -= 1;
    const clock = this.readClock(cell.slice(start));
    const date = this.readDate(cell.slice(0, Math.max(0, start - 1)));
    return date ?? clock;
  }

  private readDay(cell: string, timeOfDay: string | undefined): TimeTrouble | undefined {
    if (cell.length === 10 && isAllDigits(cell)) {
      this.converted = true;
      return this.set(Number(cell), EXCHANGE_OFFSET);
    }
    this.minutes = 0;
    this.timed = false;
    if (timeOfDay !== undefined && timeOfDay.trim() !== '') {
      const text = timeOfDay.trim();
      const [, hours = '', minutes = '', seconds = '00'] = COMPACT_CLOCK.exec(text) ?? [];
      const trouble = this.readClock(hours === '' ? text : `${hours}:${minutes}:${seconds}`);
      if (trouble !== undefined) return trouble;
    }
    const known = this.readDate(cell);
    return known === undefined ? undefined : this.readNumber(cell.trim());
  }

  /** Numbers that are times: seconds since 1970, days of a spreadsheet, 20230102091500. */
  private readNumber(text: string): TimeTrouble | undefined {
    if (!DIGITS.test(text)) return 'not_a_time';
    const [whole = '', fraction = ''] = text.split('.');
    const [, date, hours, minutes, seconds = '00'] = COMPACT_STAMP.exec(text) ?? [];
    if (date !== undefined && typeof readDate(date) === 'number')
      return this.readClock(`${hours}:${minutes}:${seconds}`) ?? this.readDate(date);
    if (whole.length === 5) {
      const trouble = this.set(Math.round((Number(text) + EXCEL_EPOCH) * 86_400), 0);
      this.timed = fraction !== '';
      return trouble;
    }
    const divisor = EPOCHS[whole.length];
    if (divisor === undefined || Number(fraction) > 0) return 'not_a_time';
    this.converted = true;
    return this.set(Math.floor(Number(whole) / divisor), EXCHANGE_OFFSET);
  }

  private set(seconds: number, offset: number): TimeTrouble | undefined {
    this.date = -1;
    this.minutes = Math.floor(seconds / 60) + offset;
    this.timed = true;
    return seconds % 60 === 0 ? undefined : 'seconds';
  }

  /** Adds the date to the minutes of the day, unless it is open. */
  private readDate(text: string): TimeTrouble | undefined {
    if (text !== this.lastText) {
      const date = readDate(text);
      if (date === undefined) return 'not_a_time';
      if (typeof date === 'object') {
        this.date = this.indexOfOpen(text, date);
        return undefined;
      }
      this.lastText = text;
      this.lastDay = date;
    }
    this.date = -1;
    this.minutes += this.lastDay * MINUTES_PER_DAY;
    return undefined;
  }

  private indexOfOpen(text: string, date: NumericDate): number {
    const known = this.openTexts.get(text);
    if (known !== undefined) return known;
    this.openTexts.set(text, this.open.length);
    return this.open.push(date) - 1;
  }

  private readClock(text: string): TimeTrouble | undefined {
    let clock = this.clocks.get(text);
    if (clock === undefined) {
      clock = clockOf(text);
      this.clocks.set(text, clock);
    }
    this.minutes = 0;
    if (typeof clock === 'string') return clock;
    this.minutes = clock.minutes;
    this.timed = true;
    this.converted ||= clock.converted;
    return undefined;
  }

  /**
   * The day number of each open date, by its index; -1 where it does not exist. With `ambiguous`, a date that can be
   * read in two ways, none is known.
   */
  days(options: { readonly said?: DateFormat; readonly usual?: DateFormat; readonly calendar: Calendar }): {
    readonly days: Int32Array;
    readonly order: DateOrder | undefined;
    readonly ambiguous: string | undefined;
  } {
    const order = this.open.length === 0 ? undefined : findDateOrder(this.open, options);
    const [first] = this.openTexts.keys();
    return {
      days: Int32Array.from(this.open, (date) => (order && dayInOrder(date, order.order)) ?? -1),
      order,
      ambiguous: order === undefined ? first?.trim() : undefined,
    };
  }
}

function isAllDigits(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (!isDigit(text.charCodeAt(at))) return false;
  return true;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function clockOf(text: string): Clock | TimeTrouble {
  const match = CLOCK.exec(text.trim());
  if (match === null) return 'not_a_time';
  const [, hourText, minuteText, secondText = '0', fraction = '0', half = '', zone = ''] = match;
  const hour = Number(hourText);
  const twelve = half === '' ? hour : (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  const minutes = twelve * 60 + Number(minuteText);
  if (minutes >= MINUTES_PER_DAY || Number(minuteText) > 59 || (half !== '' && (hour < 1 || hour > 12)))
    return 'not_a_time';
  // Some vendors stamp a bar with its last second: that is its end.
  const last = Number(secondText) === 59 && minutes + 1 < MINUTES_PER_DAY;
  if (!last && (Number(secondText) !== 0 || Number(fraction) !== 0)) return 'seconds';
  const offset = offsetOf(zone);
  return {
    minutes: minutes + (last ? 1 : 0) + EXCHANGE_OFFSET - offset,
    converted: offset !== EXCHANGE_OFFSET,
  };
}

/** Minutes that a zone is ahead of UTC; without a zone it is the exchange's. */
function offsetOf(zone: string): number {
  if (zone === '' || /^ist$/i.test(zone)) return EXCHANGE_OFFSET;
  const [, sign = '', hours = '0', minutes = '0'] = /([+-])(\d{1,2}):?(\d{2})$/.exec(zone) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
