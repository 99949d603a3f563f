import type { SymbolTable } from '../market/feature-table.js';
import { priorRows } from '../market/splits/splits.js';
import { thinnedTimes } from '../model/ranking/thinned-times.js';

/** Rows that a cohort's model may learn from, by symbol. */
export interface LearntRows {
  /** Every row with a label that is known before the cohort ends. */
  readonly known: readonly Int32Array[];
  /** Those at the times that thinning keeps, as for the rank head. */
  readonly thinned: readonly Int32Array[];
}

/** @param end Of the cohort, exchange minutes. */
export function learntRows(symbols: readonly SymbolTable[], end: number): LearntRows {
  const timeOf = (at: number, row: number): number => symbols[at]?.time[row] ?? NaN;
  const known = symbols.map((symbol) => priorRows(symbol, end));
  const kept = new Set(thinnedTimes(known.map((rows, at) => rows.map((row) => timeOf(at, row)))));
  return { known, thinned: known.map((rows, at) => rows.filter((row) => kept.has(timeOf(at, row)))) };
}
