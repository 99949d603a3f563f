import type { SymbolTable } from '../feature-table.js';
import type { Design } from './design.js';
import { designOf, linearOutputs } from './design.js';
import { sigmoid } from './log-loss.js';
import { fitLogistic } from './logistic.js';
import type { RowSet } from './row-set.js';
import type { Scaler } from './scaler.js';
import { fitScaler, standardiseRows } from './scaler.js';
import { CURVE_RIDGE, RELATIVE_RIDGE, SYMBOL_SHRINKAGE } from './settings.js';

/**
 * What turns a foretold scale into the logit of "a return above the threshold": a logistic curve, a linear
 * word on what sets the symbol apart on its day, and a shift by what the symbol's own past says.
 */
export interface Calibration {
  /** Logit = intercept + slope · (scale − centre) / spread. */
  readonly curve: Curve;
  /** Of the standardised relative features. */
  readonly relative: { readonly intercept: number; readonly weights: Float32Array };
  /** Shift by symbol; a symbol that is new has none. */
  readonly shifts: ReadonlyMap<string, number>;
}

export interface Curve {
  readonly centre: number;
  readonly spread: number;
  readonly intercept: number;
  readonly slope: number;
}

/**
 * Fits a calibration to the labels of some rows. Numbers are rounded to float32, as its file keeps them.
 *
 * @param scales Foretold scale of each row.
 * @param relative Standardised relative features of each row.
 */
export function calibrate(rows: RowSet, scales: Float32Array, relative: Design): Calibration {
  const curve = fitCurve(scales, rows);
  const offsets = scales.map((scale) => onCurve(curve, scale));
  const targets = { labels: rows.label, weights: rows.weight, offsets };
  const fit = fitLogistic(relative, targets, RELATIVE_RIDGE);
  const added = linearOutputs(relative, fit);
  const logits = offsets.map((offset, row) => offset + (added[row] ?? NaN));
  const last = fit.length - 1;
  return {
    curve,
    relative: { intercept: fit[last] ?? NaN, weights: fit.slice(0, last) },
    shifts: symbolShifts(rows, logits),
  };
}

/**
 * Logits of some rows of a symbol.
 *
 * @param rows Rows of the symbol's table.
 * @param scales Foretold scale of each.
 * @param scaler Of the relative features.
 */
export function calibratedLogits(
  { curve, relative: { intercept, weights }, shifts }: Calibration,
  scaler: Scaler,
  symbol: Pick<SymbolTable, 'symbol' | 'relative'>,
  rows: Int32Array,
  scales: Float32Array,
): Float64Array {
  const width = weights.length;
  const shift = intercept + (shifts.get(symbol.symbol) ?? 0);
  const values = new Float32Array(rows.length * width);
  standardiseRows(scaler, { matrix: symbol.relative, rows }, values, 0, width);
  const logits = new Float64Array(rows.length);
  for (let row = 0; row < logits.length; row += 1) {
    let logit = onCurve(curve, scales[row] ?? NaN) + shift;
    for (let column = 0; column < width; column += 1)
      logit += (weights[column] ?? NaN) * (values[row * width + column] ?? NaN);
    logits[row] = logit;
  }
  return logits;
}

function onCurve({ centre, spread, intercept, slope }: Curve, scale: number): number {
  return intercept + (slope * (scale - centre)) / spread;
}

/** A logistic curve over the standardised scales (Platt 1999). */
function fitCurve(scales: Float32Array, { label: labels, weight: weights }: RowSet): Curve {
  const parts = [{ matrix: scales, rows: Int32Array.from(scales, (_, row) => row) }];
  const scaler = { ...fitScaler(1, parts), clip: Infinity };
  const offsets = new Float32Array(scales.length);
  const fit = fitLogistic(designOf(scaler, parts), { labels, weights, offsets }, CURVE_RIDGE);
  const [slope = NaN, intercept = NaN] = fit;
  const [centre = NaN] = scaler.mean;
  const [spread = NaN] = scaler.deviation;
  return { centre, spread, intercept, slope };
}

/** The shift of every symbol with rows, as {@link shrunkShift} has it, in the table's order. */
function symbolShifts({ table, symbol, label, weight }: RowSet, logits: Float32Array): Map<string, number> {
  const surplus = new Float64Array(table.symbols.length);
  const information = new Float64Array(table.symbols.length);
  for (let row = 0; row < logits.length; row += 1) {
    const place = symbol[row] ?? -1;
    const probability = sigmoid(logits[row] ?? NaN);
    const counts = weight[row] ?? NaN;
    surplus[place] = (surplus[place] ?? NaN) + counts * ((label[row] ?? NaN) - probability);
    information[place] = (information[place] ?? NaN) + counts * probability * (1 - probability);
  }
  const known = new Set(symbol);
  return new Map(
    table.symbols.flatMap((own, place) =>
      known.has(place)
        ? [
            [
              own.symbol,
              Math.fround((surplus[place] ?? NaN) / ((information[place] ?? NaN) + SYMBOL_SHRINKAGE)),
            ],
          ]
        : [],
    ),
  );
}
