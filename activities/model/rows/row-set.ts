import type { FeatureTable, SymbolTable } from '../../market/feature-table.js';
import { gatherRows } from './by-symbol.js';
import type { MatrixRows, Scaler } from './scaler.js';
import { fitScaler, wholeMatrix } from './scaler.js';

/** Rows of a table over many symbols, as columns; rows of one symbol are mostly adjacent. */
export interface RowSet {
  readonly table: FeatureTable;
  /** Index of the symbol in the table. */
  readonly symbol: Int32Array;
  /** Row in that symbol's table. */
  readonly row: Int32Array;
  /** 0 or 1, or a soft label between. */
  readonly label: Float32Array;
  /** Row weights with a mean of 1: overlapping labels carry less information. */
  readonly weight: Float32Array;
}

/**
 * Rows that are selected from every symbol of a table, in two parts, one after the other. Each part is in the table's
 * order; rows with values that are not finite are left out.
 *
 * @returns The rows of both, and the number of rows in the first part.
 */
export function collectTwoParts(
  table: FeatureTable,
  first: (symbol: SymbolTable, place: number) => Int32Array,
  second: (symbol: SymbolTable, place: number) => Int32Array,
): { readonly rows: RowSet; readonly first: number } {
  const [one, two] = [finiteParts(table, first), finiteParts(table, second)];
  return { rows: setOf(table, [...one, ...two]), first: countOf(one) };
}

/** Some rows of one symbol; `place` is its index in the table. */
interface Part {
  readonly symbol: SymbolTable;
  readonly place: number;
  readonly rows: Int32Array;
}

function finiteParts(table: FeatureTable, pick: (symbol: SymbolTable, place: number) => Int32Array): Part[] {
  return table.symbols.map((symbol, place) => {
    const finite = finiteRows(symbol, table.names.length);
    return { symbol, place, rows: marked(pick(symbol, place), finite) };
  });
}

/** The rows that are marked with a 1. */
function marked(rows: Int32Array, marks: Uint8Array): Int32Array {
  const kept = new Int32Array(rows.length);
  let count = 0;
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] ?? -1;
    if (marks[row] !== 1) continue;
    kept[count] = row;
    count += 1;
  }
  return kept.slice(0, count);
}

function countOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { rows }) => sum + rows.length, 0);
}

function setOf(table: FeatureTable, parts: readonly Part[]): RowSet {
  const count = countOf(parts);
  const symbols = new Int32Array(count);
  const row = new Int32Array(count);
  const label = new Float32Array(count);
  const weight = new Float32Array(count);
  let at = 0;
  for (const { symbol, place, rows } of parts) {
    symbols.fill(place, at, at + rows.length);
    row.set(rows, at);
    const [labels, weights] = [symbol.label, symbol.weight];
    for (const own of rows) {
      label[at] = labels[own] ?? NaN;
      weight[at] = weights[own] ?? NaN;
      at += 1;
    }
  }
  return { table, symbol: symbols, row, label, weight: withMeanOne(weight) };
}

/**
 * Weights divided by their mean: exactly 1 where all are equal. A set's rows are compared with each other only, so that
 * penalties are counted in rows; how many labels of each overlap is in the table's weights.
 */
export function withMeanOne(weights: Float32Array): Float32Array {
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return weights.map((weight) => weight / mean);
}

/** The first rows of a set. */
export function firstRows({ table, symbol, row, label, weight }: RowSet, count: number): RowSet {
  return {
    table,
    symbol: symbol.subarray(0, count),
    row: row.subarray(0, count),
    label: label.subarray(0, count),
    weight: weight.subarray(0, count),
  };
}

const finiteRowsBySymbol = new WeakMap<SymbolTable, Uint8Array>();

/** 1 for every row of a symbol whose features, forward return and forward scale are finite; cached. */
export function finiteRows(symbol: SymbolTable, width: number): Uint8Array {
  const known = finiteRowsBySymbol.get(symbol);
  if (known !== undefined) return known;
  const finite = new Uint8Array(symbol.time.length);
  const { forwardReturn, forwardScale, features } = symbol;
  for (let row = 0; row < finite.length; row += 1) {
    // The sum is finite only if every term is.
    let sum = (forwardReturn[row] ?? NaN) + (forwardScale[row] ?? NaN);
    for (let cell = row * width; cell < (row + 1) * width; cell += 1) sum += features[cell] ?? NaN;
    if (Number.isFinite(sum)) finite[row] = 1;
  }
  finiteRowsBySymbol.set(symbol, finite);
  return finite;
}

/** Some rows of a set, in a given order. */
export function pickRows({ table, symbol, row, label, weight }: RowSet, order: Int32Array): RowSet {
  return {
    table,
    symbol: order.map((at) => symbol[at] ?? -1),
    row: order.map((at) => row[at] ?? -1),
    label: pickValues(label, order),
    weight: pickValues(weight, order),
  };
}

/** Some values, in a given order. */
export function pickValues(values: Float32Array, order: Int32Array): Float32Array {
  const picked = new Float32Array(order.length);
  for (let at = 0; at < picked.length; at += 1) picked[at] = values[order[at] ?? -1] ?? NaN;
  return picked;
}

/** Features of a set's rows, as a matrix of their own. */
export function featureParts(set: RowSet): MatrixRows[] {
  return [matrixOf(set, set.table.names.length, ({ features }) => features)];
}

/** Relative features of a set's rows, as a matrix of their own. */
export function relativeParts(set: RowSet): MatrixRows[] {
  return [matrixOf(set, set.table.relativeColumns.length, ({ relative }) => relative)];
}

function matrixOf(set: RowSet, width: number, valuesOf: (symbol: SymbolTable) => Float32Array): MatrixRows {
  const values = new Float32Array(set.row.length * width);
  return wholeMatrix(gatherRows(set, set.table.symbols, valuesOf, values, width), set.row.length);
}

/** Forward scale of every row of a set. */
export function targetScales(set: RowSet): Float32Array {
  const scales = new Float32Array(set.row.length);
  return gatherRows(set, set.table.symbols, ({ forwardScale }) => forwardScale, scales);
}

/** A time of every row, exchange minutes. */
export function timesOf(
  { table, symbol, row }: Pick<RowSet, 'table' | 'symbol' | 'row'>,
  of: 'time' | 'resolvedAt',
): Int32Array {
  return gatherRows({ symbol, row }, table.symbols, (own) => own[of], new Int32Array(row.length));
}

/** Scaler of a set's features. */
export function scalerOf(set: RowSet): Scaler {
  return fitScaler(set.table.names.length, featureParts(set));
}

/** Sum of a set's labels. */
export function onesOf(set: RowSet): number {
  return set.label.reduce((sum, label) => sum + label, 0);
}
