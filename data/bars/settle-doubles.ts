import { dayOfMinutes } from '../time/dates.js';
import type { BarRows } from './bar-rows.js';
import type { FindingList } from './findings.js';

/** Share of the days with conflicting bars above which a symbol is stopped. */
const MAX_CONFLICTS = 0.01;

/**
 * Sorts rows by time and leaves one for each time. Rows that are equal are used once and reported. Of rows that differ
 * nobody knows which is right: their day is left out, with a warning; on more than 1 % of the days it is an error.
 *
 * @param kept Indices of rows in any order.
 * @param timeOf Time of a row in exchange minutes.
 */
export function settleDoubles(
  rows: BarRows,
  kept: readonly number[],
  timeOf: (row: number) => number,
  symbol: string,
  found: FindingList,
): readonly number[] {
  if (isAscending(kept, timeOf)) return kept;
  const sorted = [...kept].sort((a, b) => timeOf(a) - timeOf(b) || a - b);
  const { values } = rows;
  const conflicts = new Map<number, string>();
  const used: number[] = [];
  let doubles = 0;
  let example = '';
  for (const row of sorted) {
    const twin = used.at(-1);
    if (twin === undefined || timeOf(twin) !== timeOf(row)) used.push(row);
    else if (values.every((column) => column[row] === column[twin])) {
      doubles += 1;
      example ||= `${rows.place(row)} repeats ${rows.place(twin)}`;
    } else {
      const day = dayOfMinutes(timeOf(row));
      const message = `${rows.place(row)}: differs from the bar of the same time at ${rows.place(twin)}`;
      if (!conflicts.has(day)) conflicts.set(day, message);
    }
  }
  if (doubles > 0)
    found.add(
      'info',
      'doubled_bars',
      `${symbol}: ${doubles} bar(s) occur twice with the same values and are used once. The first: ${example}`,
    );
  if (conflicts.size === 0) return used;
  const days = new Set(used.map((row) => dayOfMinutes(timeOf(row)))).size;
  const many = conflicts.size > MAX_CONFLICTS * days;
  for (const message of conflicts.values())
    found.add(
      many ? 'error' : 'warning',
      'conflicting_bars',
      many ? message : `${message}. The day is left out`,
    );
  return used.filter((row) => !conflicts.has(dayOfMinutes(timeOf(row))));
}

function isAscending(kept: readonly number[], timeOf: (row: number) => number): boolean {
  let last = -Infinity;
  for (const row of kept) {
    const time = timeOf(row);
    if (time <= last) return false;
    last = time;
  }
  return true;
}
