import { GurukulError } from '../../../data/errors.js';
import type { SymbolTable } from '../feature-table.js';
import type { PhaseCheckpoint } from './checkpoint.js';
import { fitLogistic } from './newton.js';
import type { RowSet } from './row-set.js';
import { scalerOf } from './row-set.js';
import type { Scaler } from './scaler.js';
import { fitScaler, standardise } from './scaler.js';
import { RELATIVE_RIDGE, SCALE_RIDGE, SCALE_SETTINGS, SYMBOL_SHRINKAGE } from './settings.js';
import { shrunkShift } from './shrunk-shift.js';
import type { Ensemble } from './train-ensemble.js';
import { ensembleOutputs, trainEnsemble } from './train-ensemble.js';

/**
 * One fit of a cohort's prior. Most of what can be foretold about "a return above the threshold" is how far
 * prices will move, so that comes first: networks foretell the label's forward scale, which a logistic
 * curve turns into a logit. To it are added a linear word on what sets the symbol apart on its day, and a
 * shift by what the symbol's own past says.
 */
export interface PriorFit {
  readonly ensemble: Ensemble;
  /** Logit = intercept + slope · (scale − centre) / spread. */
  readonly curve: Curve;
  /** Weights of the standardised relative features. */
  readonly relative: { readonly scaler: Scaler; readonly intercept: number; readonly weights: Float32Array };
  /** Shift by symbol; a symbol that is new has none. */
  readonly shifts: ReadonlyMap<string, number>;
}

export interface Curve {
  readonly centre: number;
  readonly spread: number;
  readonly intercept: number;
  readonly slope: number;
}

export interface PriorFitTask {
  readonly rows: RowSet;
  readonly seed: readonly (string | number)[];
  readonly checkpoint: PhaseCheckpoint;
  readonly onStep: (step: number, steps: number, loss: number) => void;
}

/**
 * Fits the networks, then what follows from them in closed form or by Newton's method.
 *
 * @throws GurukulError Diverged when a number is no number; Cancelled.
 */
export async function fitPriorTo(task: PriorFitTask): Promise<PriorFit> {
  const { rows } = task;
  const ensemble = await trainEnsemble({
    ...task,
    targets: Float32Array.from(
      rows.row,
      (row, index) => rows.table.symbols[rows.symbol[index] ?? -1]?.forwardScale[row] ?? NaN,
    ),
    loss: 'squared',
    scaler: scalerOf(rows),
    settings: SCALE_SETTINGS,
  });
  const scales = ensembleOutputs(ensemble, rows);
  const curve = fitCurve(scales, rows.label);
  const offsets = Float64Array.from(scales, (scale) => onCurve(curve, scale));
  const relative = fitRelative(rows, offsets);
  const bare: PriorFit = { ensemble, curve, relative, shifts: new Map() };
  const shifts = new Map<string, number>();
  eachSymbol(rows, (symbol, from, until) => {
    const logits = priorLogits(bare, symbol, rows.row.subarray(from, until), scales.subarray(from, until));
    shifts.set(
      symbol.symbol,
      Math.fround(shrunkShift(rows.label.subarray(from, until), logits, SYMBOL_SHRINKAGE)),
    );
  });
  const numbers = [ensemble.parameters, Object.values(curve), relative.weights, [...shifts.values()]];
  if (!numbers.every((values) => [...values].every((value) => Number.isFinite(value))))
    throw new GurukulError('Diverged', `a prior fitted on ${rows.row.length} rows is not made of numbers`);
  return { ...bare, shifts };
}

/**
 * Logits of some rows of a symbol.
 *
 * @param rows Rows of the symbol's table.
 * @param scales Forward scale that the networks foretell, a number a row.
 */
export function priorLogits(
  { curve, relative, shifts }: PriorFit,
  symbol: SymbolTable,
  rows: Int32Array,
  scales: Float32Array,
): Float64Array {
  const width = relative.weights.length;
  const shift = relative.intercept + (shifts.get(symbol.symbol) ?? 0);
  const standardised = new Float32Array(width);
  return Float64Array.from(rows, (row, index) => {
    standardise(relative.scaler, symbol.relative.subarray(row * width, (row + 1) * width), standardised, 0);
    let logit = onCurve(curve, scales[index] ?? NaN) + shift;
    for (let column = 0; column < width; column += 1)
      logit += (relative.weights[column] ?? NaN) * (standardised[column] ?? NaN);
    return logit;
  });
}

function onCurve({ centre, spread, intercept, slope }: Curve, scale: number): number {
  return intercept + (slope * (scale - centre)) / spread;
}

/** A logistic curve over the standardised scales (Platt 1999); every number as a weights file keeps it. */
function fitCurve(scales: Float32Array, labels: Float32Array): Curve {
  const { mean, deviation } = fitScaler(1, scales.length, (row) => scales.subarray(row, row + 1));
  const [centre = NaN] = mean;
  const [spread = NaN] = deviation;
  const values = scales.map((scale) => (scale - centre) / spread);
  const rows = { values, width: 1, labels, offsets: new Float64Array(scales.length) };
  const { intercept, weights } = fitLogistic(rows, SCALE_RIDGE);
  return { centre, spread, intercept: Math.fround(intercept), slope: Math.fround(weights[0] ?? NaN) };
}

function fitRelative(rows: RowSet, offsets: Float64Array): PriorFit['relative'] {
  const width = rows.table.relativeColumns.length;
  const rowAt = (index: number): Float32Array => {
    const start = (rows.row[index] ?? 0) * width;
    const symbol = rows.table.symbols[rows.symbol[index] ?? -1];
    return symbol?.relative.subarray(start, start + width) ?? new Float32Array(width);
  };
  const scaler = fitScaler(width, rows.row.length, rowAt);
  const values = new Float32Array(rows.row.length * width);
  for (let index = 0; index < rows.row.length; index += 1)
    standardise(scaler, rowAt(index), values, index * width);
  const { intercept, weights } = fitLogistic({ values, width, labels: rows.label, offsets }, RELATIVE_RIDGE);
  return { scaler, intercept: Math.fround(intercept), weights: Float32Array.from(weights) };
}

/** Visits the rows of each symbol: they stand together in a set. */
function eachSymbol(rows: RowSet, visit: (symbol: SymbolTable, from: number, until: number) => void): void {
  let from = 0;
  while (from < rows.row.length) {
    const place = rows.symbol[from];
    let until = from;
    while (until < rows.row.length && rows.symbol[until] === place) until += 1;
    const symbol = rows.table.symbols[place ?? -1];
    if (symbol !== undefined) visit(symbol, from, until);
    from = until;
  }
}
