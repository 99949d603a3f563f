import type { FeatureTable, SymbolTable } from '../feature-table.js';
import type { Scaler } from './scaler.js';
import { fitScaler, standardise } from './scaler.js';

/** Rows of a table, many symbols' together, as columns. */
export interface RowSet {
  readonly table: FeatureTable;
  /** Index of the symbol in the table. */
  readonly symbol: Int32Array;
  /** Row of that symbol. */
  readonly row: Int32Array;
  /** 0 or 1, or a soft label between. */
  readonly label: Float32Array;
}

/** Rows of every symbol of a table that `pick` names, in the table's order; rows with anything not finite are left out. */
export function collectRows(table: FeatureTable, pick: (symbol: SymbolTable) => Int32Array): RowSet {
  const width = table.names.length;
  const parts = table.symbols.map((symbol) => pick(symbol).filter((row) => isSound(symbol, row, width)));
  const count = parts.reduce((sum, rows) => sum + rows.length, 0);
  const set = {
    table,
    symbol: new Int32Array(count),
    row: new Int32Array(count),
    label: new Float32Array(count),
  };
  let at = 0;
  for (const [index, rows] of parts.entries()) {
    set.symbol.fill(index, at, at + rows.length);
    set.row.set(rows, at);
    const labels = table.symbols[index]?.label;
    rows.forEach((row, offset) => (set.label[at + offset] = labels?.[row] ?? 0));
    at += rows.length;
  }
  return set;
}

/** True where every feature of a row, its forward return and its forward scale are numbers. */
export function isSound(symbol: SymbolTable, row: number, width: number): boolean {
  if (!Number.isFinite(symbol.forwardReturn[row] ?? NaN)) return false;
  if (!Number.isFinite(symbol.forwardScale[row] ?? NaN)) return false;
  for (let cell = row * width; cell < (row + 1) * width; cell += 1)
    if (!Number.isFinite(symbol.features[cell] ?? NaN)) return false;
  return true;
}

/** Features of one row of a set. */
export function rowOf({ table, symbol, row }: RowSet, index: number): Float32Array {
  const width = table.names.length;
  const start = (row[index] ?? 0) * width;
  const features = table.symbols[symbol[index] ?? -1]?.features;
  if (features === undefined) throw new RangeError(`the set has no row ${index}`);
  return features.subarray(start, start + width);
}

/** Scaler of a set's features. */
export function scalerOf(set: RowSet): Scaler {
  return fitScaler(set.table.names.length, set.row.length, (index) => rowOf(set, index));
}

/** Sum of a set's labels. */
export function onesOf(set: RowSet): number {
  return set.label.reduce((sum, label) => sum + label, 0);
}

/** Standardised features of all rows of a set, row-major [n × F]. */
export function standardisedRows(set: RowSet, scaler: Scaler): Float32Array {
  const width = set.table.names.length;
  const features = new Float32Array(set.row.length * width);
  for (let index = 0; index < set.row.length; index += 1)
    standardise(scaler, rowOf(set, index), features, index * width);
  return features;
}
