import type { FeatureTable, SymbolTable } from '../feature-table.js';
import type { MatrixRows, Scaler } from './scaler.js';
import { fitScaler } from './scaler.js';

/** Rows of a table, many symbols' together, as columns; the rows of a symbol stand together. */
export interface RowSet {
  readonly table: FeatureTable;
  /** Index of the symbol in the table. */
  readonly symbol: Int32Array;
  /** Row of that symbol. */
  readonly row: Int32Array;
  /** 0 or 1, or a soft label between. */
  readonly label: Float32Array;
  /** How much a row counts, with a mean of 1: labels that overlap others say less of their own. */
  readonly weight: Float32Array;
}

/** Rows of every symbol of a table that `pick` names, in the table's order; rows with anything not finite are left out. */
export function collectRows(table: FeatureTable, pick: (symbol: SymbolTable) => Int32Array): RowSet {
  const parts = table.symbols.map((symbol) => {
    const sound = soundRows(symbol, table.names.length);
    return pick(symbol).filter((row) => sound[row] === 1);
  });
  const count = parts.reduce((sum, rows) => sum + rows.length, 0);
  const set = {
    table,
    symbol: new Int32Array(count),
    row: new Int32Array(count),
    label: new Float32Array(count),
    weight: new Float32Array(count).fill(1),
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

const soundness = new WeakMap<SymbolTable, Uint8Array>();

/** 1 for every row of a symbol whose features, forward return and forward scale are numbers; looked at once. */
export function soundRows(symbol: SymbolTable, width: number): Uint8Array {
  const known = soundness.get(symbol);
  if (known !== undefined) return known;
  const sound = new Uint8Array(symbol.time.length);
  for (let row = 0; row < sound.length; row += 1) {
    // A sum is finite where all of its terms are.
    let sum = (symbol.forwardReturn[row] ?? NaN) + (symbol.forwardScale[row] ?? NaN);
    for (let cell = row * width; cell < (row + 1) * width; cell += 1) sum += symbol.features[cell] ?? NaN;
    if (Number.isFinite(sum)) sound[row] = 1;
  }
  soundness.set(symbol, sound);
  return sound;
}

/** Consecutive rows of one symbol in a set. */
export interface SymbolRun {
  readonly symbol: SymbolTable;
  readonly rows: Int32Array;
  /** Their places in the set: from, until. */
  readonly from: number;
  readonly until: number;
}

/** The rows of a set by symbol, in order. */
export function symbolRuns({ table, symbol, row }: RowSet): SymbolRun[] {
  const runs: SymbolRun[] = [];
  let from = 0;
  while (from < row.length) {
    const place = symbol[from] ?? -1;
    let until = from;
    while (until < row.length && symbol[until] === place) until += 1;
    const found = table.symbols[place];
    if (found === undefined) throw new RangeError(`the table has no symbol ${place}`);
    runs.push({ symbol: found, rows: row.subarray(from, until), from, until });
    from = until;
  }
  return runs;
}

/** A set's rows of the features. */
export function featureParts(set: RowSet): MatrixRows[] {
  return symbolRuns(set).map(({ symbol, rows }) => ({ matrix: symbol.features, rows }));
}

/** Scaler of a set's features. */
export function scalerOf(set: RowSet): Scaler {
  return fitScaler(set.table.names.length, featureParts(set));
}

/** Sum of a set's labels. */
export function onesOf(set: RowSet): number {
  return set.label.reduce((sum, label) => sum + label, 0);
}
