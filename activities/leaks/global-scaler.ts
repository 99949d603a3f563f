import { setImmediate } from 'node:timers/promises';

import { log } from '../../data/math/log.js';
import type { SymbolTable } from '../market/feature-table.js';
import { priorRows, windowRows } from '../market/splits/splits.js';
import type { LeakMarket } from './leak-market.js';
import { learntRows } from './learnt-rows.js';
import { RidgeOfColumns, weighted } from './ridge-of-columns.js';
import type { TestedRows } from './tested-rows.js';
import { addScored, emptyRows } from './tested-rows.js';

/** Rows that mean and deviation of the columns are taken from. */
export type ScalerRows = 'past' | 'all';

/** With fewer rows a symbol has no scaler. */
const MIN_ROWS = 20;

/**
 * A ridge of the label on the features and the log of the price, each scaled by symbol to mean 0 and deviation 1: by the
 * rows that are learnt from (`past`), or by all rows of the period (`all`), which tell at every time whether the price
 * is below its mean still to come.
 */
export async function testScaledRidge(
  market: LeakMarket,
  by: ScalerRows,
  onCohort: (done: number, of: number) => void,
): Promise<TestedRows> {
  const tested = emptyRows();
  const { symbols, names } = market.table;
  const levels = new Map(
    symbols.map((symbol) => [
      symbol,
      market.series.get(symbol.symbol)?.close.map(log) ?? new Float64Array(0),
    ]),
  );
  const width = names.length + 1;
  const columnsOf = (symbol: SymbolTable, row: number): Float64Array => {
    const columns = new Float64Array(width);
    columns.set(symbol.features.subarray(row * (width - 1), (row + 1) * (width - 1)));
    columns[width - 1] = levels.get(symbol)?.[row] ?? NaN;
    return columns;
  };
  let done = 0;
  for (const { id, split, tables } of market.cohorts) {
    const { known, thinned } = learntRows(symbols, split.end);
    const scalers = new Map<SymbolTable, Scaler>();
    symbols.forEach((symbol, at) => {
      const own = by === 'past' ? (known[at] ?? new Int32Array(0)) : priorRows(symbol, split.to);
      if ((known[at] ?? []).length >= MIN_ROWS)
        scalers.set(
          symbol,
          scalerOf(own, width, (row) => columnsOf(symbol, row)),
        );
    });
    let [ones, rows] = [0, 0];
    const learnt = symbols.map((symbol, at) => {
      const some = (scalers.has(symbol) ? thinned[at] : undefined) ?? new Int32Array(0);
      for (const row of some) ones += symbol.label[row] ?? 0;
      rows += some.length;
      return some;
    });
    const ridge = new RidgeOfColumns(width);
    symbols.forEach((symbol, at) => {
      const scaler = scalers.get(symbol);
      if (scaler === undefined) return;
      for (const row of learnt[at] ?? [])
        ridge.add(scaled(columnsOf(symbol, row), scaler), (symbol.label[row] ?? 0) - ones / rows);
    });
    const weights = ridge.weights();
    for (const symbol of tables) {
      const scaler = scalers.get(symbol);
      if (scaler === undefined) continue;
      for (const row of windowRows(symbol, split).forward)
        addScored(tested, symbol, row, {
          stratum: id,
          score: weighted(scaled(columnsOf(symbol, row), scaler), weights),
        });
    }
    done += 1;
    onCohort(done, market.cohorts.length);
    await setImmediate();
  }
  return tested;
}

interface Scaler {
  readonly mean: Float64Array;
  /** 1 for a column that does not vary. */
  readonly deviation: Float64Array;
}

function scalerOf(rows: Int32Array, width: number, columnsOf: (row: number) => Float64Array): Scaler {
  const [sum, squares] = [new Float64Array(width), new Float64Array(width)];
  for (const row of rows)
    columnsOf(row).forEach((value, column) => {
      sum[column] = (sum[column] ?? NaN) + value;
      squares[column] = (squares[column] ?? NaN) + value * value;
    });
  const mean = sum.map((value) => value / Math.max(1, rows.length));
  const deviation = squares.map((value, column) => {
    const centre = mean[column] ?? NaN;
    const variance = value / Math.max(1, rows.length) - centre * centre;
    return variance > VARIANCE_FLOOR ? Math.sqrt(variance) : 1;
  });
  return { mean, deviation };
}

/** A smaller variance is a rounding error. */
const VARIANCE_FLOOR = 1e-10;

function scaled(columns: Float64Array, { mean, deviation }: Scaler): Float64Array {
  return columns.map((value, column) => (value - (mean[column] ?? NaN)) / (deviation[column] ?? NaN));
}
