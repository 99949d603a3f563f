const MS_PER_DAY = 86_400_000;
const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const YEAR_FIRST = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/;
const COMPACT = /^((?:19|20)\d{2})(\d{2})(\d{2})$/;
const DAY_MONTH_NAME = /^(\d{1,2})(?:st|nd|rd|th)?[-/. ]?([a-z]{3,9})[-/. ,]*(\d{4}|\d{2})$/i;
const MONTH_NAME_DAY = /^([a-z]{3,9})[ .-]+(\d{1,2})(?:st|nd|rd|th)?(?:,? +|-)(\d{4})$/i;
const YEAR_MONTH_NAME = /^(\d{4})[-/ ]([a-z]{3,9})[-/ ](\d{1,2})$/i;
const NUMERIC = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})$/;
const WEEKDAY = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[, ] */i;

/** Marks with which spreadsheets keep a date as text: '2023-01-02 and ="2023-01-02". */
const AS_TEXT = /^(?:'|="?)|['"]$/g;

/** A date of three numbers whose order is not told by its form. */
export interface NumericDate {
  readonly parts: readonly [number, number, number];
}

/** What a text says: a day number, three numbers in an order to be found, or no date. */
export type DateText = number | NumericDate | undefined;

/** Dates that were read: all files of a universe have the same ones. */
const known = new Map<string, DateText>();
/** About a hundred years of days. */
const MAX_KNOWN = 30_000;

/** Reads a date without time. Names of months and four-digit years at the start leave nothing open. */
export function readDate(text: string): DateText {
  const found = known.get(text);
  if (found !== undefined) return found;
  if (known.size > MAX_KNOWN) known.clear();
  const date = parseDate(text);
  known.set(text, date);
  return date;
}

function parseDate(text: string): DateText {
  const date = text.trim().replace(AS_TEXT, '').replace(WEEKDAY, '');
  let match = YEAR_FIRST.exec(date) ?? COMPACT.exec(date);
  if (match !== null) return dayOf(Number(match[1]), Number(match[2]), Number(match[3]));
  match = NUMERIC.exec(date);
  if (match !== null) return { parts: [Number(match[1]), Number(match[3]), Number(match[4])] };
  match = DAY_MONTH_NAME.exec(date);
  if (match !== null) return dayOf(fullYear(Number(match[3])), monthOf(match[2]), Number(match[1]));
  match = MONTH_NAME_DAY.exec(date);
  if (match !== null) return dayOf(Number(match[3]), monthOf(match[1]), Number(match[2]));
  match = YEAR_MONTH_NAME.exec(date);
  if (match !== null) return dayOf(Number(match[1]), monthOf(match[2]), Number(match[3]));
  return undefined;
}

/** The day number of a numeric date in one order; undefined if there is no such day. */
export function dayInOrder(
  { parts: [a, b, c] }: NumericDate,
  order: 'dmy' | 'mdy' | 'ymd',
): number | undefined {
  if (order === 'dmy') return dayOf(fullYear(c), b, a);
  if (order === 'mdy') return dayOf(fullYear(c), a, b);
  return c > 99 ? undefined : dayOf(fullYear(a), b, c);
}

function fullYear(year: number): number {
  if (year > 99) return year;
  return year < 70 ? 2000 + year : 1900 + year;
}

function monthOf(name = ''): number {
  const index = MONTHS.indexOf(name.slice(0, 3).toLowerCase());
  return index + 1;
}

/** Day number of a date; undefined if the date does not exist. */
function dayOf(year: number, month: number, day: number): number | undefined {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const last = month === 2 && !leap ? 28 : DAYS_IN_MONTH[month - 1];
  if (last === undefined || day < 1 || day > last || year < 1900 || year > 2200) return undefined;
  return Date.UTC(year, month - 1, day) / MS_PER_DAY;
}
