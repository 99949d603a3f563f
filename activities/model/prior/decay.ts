import { pow } from '../../../data/math/pow.js';
import { dayOfMinutes } from '../../../data/time/dates.js';
import { distinct } from '../../stats/order.js';
import type { RowSet } from '../rows/row-set.js';
import { timesOf } from '../rows/row-set.js';

/** What is left of a row's weight after some sessions. @param halfLife Sessions; Infinity: no decay. */
export function decayOf(sessions: number, halfLife: number): number {
  return halfLife === Infinity ? 1 : pow(0.5, sessions / halfLife);
}

/** Day number of every row. */
export function daysOf(rows: RowSet): Int32Array {
  return timesOf(rows, 'time').map(dayOfMinutes);
}

/** Day numbers with rows, ascending. */
export function sessionsOf(rows: RowSet): number[] {
  return distinct(daysOf(rows));
}

/** Rows whose weights decay with the sessions from their own to the newest row's; days with rows count. */
export function decayedRows<Rows extends RowSet>(rows: Rows, halfLife: number): Rows {
  if (halfLife === Infinity) return rows;
  const days = daysOf(rows);
  const newestFirst = sessionsOf(rows).reverse();
  const decays = new Map(newestFirst.map((day, age) => [day, decayOf(age, halfLife)]));
  return {
    ...rows,
    weight: rows.weight.map((weight, at) => weight * (decays.get(days[at] ?? NaN) ?? NaN)),
  };
}
