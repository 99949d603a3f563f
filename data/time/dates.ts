/**
 * Dates and bar times without time zones. A date is an ISO string `YYYY-MM-DD` or a day number (days since
 * 1970-01-01). A bar's time is in *exchange minutes*: minutes since 1970-01-01T00:00 on the exchange's clock (IST),
 * so `Math.floor(minutes / 1440)` is its day number.
 */

export const MINUTES_PER_DAY = 1440;
/** How far the exchange's clock (IST) is ahead of UTC; it has no daylight saving time. */
export const EXCHANGE_OFFSET_MS = 330 * 60_000;
const MS_PER_DAY = 86_400_000;
const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Whether a text is an existing date, as `YYYY-MM-DD`. */
export function isIsoDate(text: string): boolean {
  if (!ISO_DATE.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

/** Day number of an ISO date. @throws RangeError when the date does not exist. */
export function dayNumber(date: string): number {
  if (!isIsoDate(date)) throw new RangeError(`not a date: ${date}`);
  return Date.parse(`${date}T00:00:00Z`) / MS_PER_DAY;
}

/** The texts of days: all series of a universe have the same ones. */
const texts = new Map<number, string>();
/** About a hundred years. */
const MOST_TEXTS = 40_000;

/** ISO date of a day number. */
export function isoDate(day: number): string {
  let text = texts.get(day);
  if (text === undefined) {
    text = new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
    if (texts.size >= MOST_TEXTS) texts.clear();
    texts.set(day, text);
  }
  return text;
}

/** Day number of a bar time in exchange minutes. */
export function dayOfMinutes(minutes: number): number {
  return Math.floor(minutes / MINUTES_PER_DAY);
}

/** Whether a day number is a Monday to Friday. */
export function isWeekday(day: number): boolean {
  const weekday = (day + 4) % 7; // 1970-01-01 was a Thursday
  return weekday > 0 && weekday < 6;
}

/** `09:15`. @param minutes Of the day. */
export function clockText(minutes: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** First exchange minute of an ISO date. @throws RangeError when the date does not exist. */
export function startOfDate(date: string): number {
  return dayNumber(date) * MINUTES_PER_DAY;
}

/** `date` plus a number of calendar days. */
export function addDays(date: string, days: number): string {
  return isoDate(dayNumber(date) + days);
}
