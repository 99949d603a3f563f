import type { SchemaElement } from 'hyparquet';

import { GurukulError } from '../errors.js';
import { integersOf } from '../math/fill-columns.js';

/** Characters of a date, and of the start of an intraday bar. */
const DATE = 'YYYY-MM-DD'.length;
const TIME = 'YYYY-MM-DDTHH:MM'.length;
const DAY_MS = 86_400_000;

/**
 * A column of dates, or of the start times of intraday bars, as Parquet's own types have them: DATE, or
 * TIMESTAMP without a time zone, which is Indian time (UTC+05:30), as bars and files have it.
 */
export interface DateColumn {
  readonly element: SchemaElement;
  /** Days or milliseconds since 1970-01-01. */
  readonly data: Int32Array | BigInt64Array;
}

/**
 * @param texts All `YYYY-MM-DD`, or all `YYYY-MM-DDTHH:MM`.
 * @throws GurukulError BadSchema when both are there.
 */
export function encodeDates(name: string, texts: readonly string[]): DateColumn {
  const length = texts[0]?.length ?? DATE;
  const mixed = texts.find((text) => text.length !== length);
  if (mixed !== undefined || (length !== DATE && length !== TIME))
    throw new GurukulError(
      'BadSchema',
      `${name}: dates and times of day are mixed (${mixed ?? texts[0] ?? ''})`,
    );
  // One day has many rows: its text is read once.
  const known = new Map<string, number>();
  const millis = (text: string): number => {
    const seen = known.get(text);
    if (seen !== undefined) return seen;
    const parsed = Date.parse(length === DATE ? text : `${text}Z`);
    known.set(text, parsed);
    return parsed;
  };
  const element = { name, repetition_type: 'REQUIRED' } as const;
  if (length === DATE)
    return {
      element: { ...element, type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } },
      data: integersOf(texts, (text) => millis(text) / DAY_MS),
    };
  return {
    element: {
      ...element,
      type: 'INT64',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MILLIS' },
    },
    data: BigInt64Array.from(texts, (text) => BigInt(millis(text))),
  };
}

/**
 * The texts of a column of dates: of files of today, and of earlier ones, which hold the texts themselves.
 *
 * @param intraday Whether the texts have a time of day.
 * @throws GurukulError BadSchema when a value is neither.
 */
export function decodeDates(name: string, values: readonly unknown[], intraday: boolean): string[] {
  const known = new Map<number, string>();
  return values.map((value, row) => {
    if (typeof value === 'string') return value;
    const millis = value instanceof Date ? value.getTime() : NaN;
    // Damaged bytes can be a day that no date has.
    if (Number.isNaN(millis)) throw new GurukulError('BadSchema', `${name} of row ${row} is no date`);
    const seen = known.get(millis) ?? new Date(millis).toISOString().slice(0, intraday ? TIME : DATE);
    known.set(millis, seen);
    return seen;
  });
}

/** Whether a column of dates has times of day, by the file's schema. */
export function isIntraday(element: SchemaElement | undefined): boolean {
  return element?.logical_type?.type === 'TIMESTAMP';
}
