import type { SymbolTable } from '../../market/feature-table.js';
import type { Design } from '../rows/design.js';
import { linearOutputs } from '../rows/design.js';
import { fitLogistic } from '../linear/logistic.js';
import type { RowSet } from '../rows/row-set.js';
import type { Scaler } from '../rows/scaler.js';
import { standardiseRows } from '../rows/scaler.js';
import { SCALE_SLOPE_RIDGE } from '../settings.js';
import type { CalibrationConfig } from './configs.js';
import { addToScoreSums, emptyScoreSums, shrunkShift } from '../linear/shrunk-shift.js';

/**
 * Turns a predicted scale into the logit of "a return above the threshold": a ridge logistic regression on the
 * scale (Platt 1999) and on the relative features, plus a shift per symbol estimated from the symbol's past
 * labels.
 */
export interface Calibration {
  /** Weights of the standardised relative features, of the standardised scale, and the intercept [R + 2]. */
  readonly weights: Float32Array;
  /** Shift by symbol; a new symbol has none. */
  readonly shifts: ReadonlyMap<string, number>;
}

/** How the columns of a calibration's design are standardised. */
export interface CalibrationScalers {
  readonly relative: Scaler;
  /** Of the predicted scale: one column. */
  readonly scale: Scaler;
}

/**
 * Fits a calibration to the labels of some rows. Values are rounded to float32, as in its file.
 *
 * @param rows Their weights include the decay of old rows.
 * @param design Standardised relative features, the standardised scale, and a 1 [n, R + 2].
 * @param start A calibration fitted on mostly the same rows, to start from.
 */
export function calibrate(
  rows: RowSet,
  design: Design,
  { relativeRidge, symbolShrinkage }: CalibrationConfig,
  start?: Calibration,
): Calibration {
  const targets = { labels: rows.label, weights: rows.weight };
  const relative = design.width - 2;
  const weights = new Float32Array(design.width);
  if (relativeRidge === Infinity)
    weights.set(
      fitLogistic(lastColumns(design), targets, [SCALE_SLOPE_RIDGE], start?.weights.subarray(relative)),
      relative,
    );
  else {
    const ridge = [...new Array<number>(relative).fill(relativeRidge), SCALE_SLOPE_RIDGE];
    weights.set(fitLogistic(design, targets, ridge, start?.weights));
  }
  return { weights, shifts: symbolShifts(rows, linearOutputs(design, weights), symbolShrinkage) };
}

/** The scale and the 1 of a calibration's design [n, 2]. */
export function lastColumns({ values, width, count }: Design): Design {
  const own = new Float32Array(count * 2);
  for (let row = 0; row < count; row += 1) {
    own[row * 2] = values[(row + 1) * width - 2] ?? NaN;
    own[row * 2 + 1] = values[(row + 1) * width - 1] ?? NaN;
  }
  return { values: own, width: 2, count };
}

/** A calibration's logit of some rows, in the parts of its last layer: their sum is the logit. */
export interface LogitParts {
  /** Intercept and the symbol's shift. */
  readonly constant: number;
  /** From the predicted scale [n]. */
  readonly scale: Float64Array;
  /** From the relative features [n]. */
  readonly relative: Float64Array;
}

/**
 * Logits of some rows of a symbol in parts, for several calibrations with the same scalers.
 *
 * @param rows Rows of the symbol's table.
 * @param scales Predicted scale of each row.
 */
export function logitParts(
  calibrations: readonly Calibration[],
  scalers: CalibrationScalers,
  symbol: Pick<SymbolTable, 'symbol' | 'relative'>,
  rows: Int32Array,
  scales: Float32Array,
): LogitParts[] {
  const width = scalers.relative.mean.length;
  const values = new Float32Array(rows.length * width);
  standardiseRows(scalers.relative, { matrix: symbol.relative, rows }, values, 0, width);
  const centre = scalers.scale.mean[0] ?? NaN;
  return calibrations.map(({ weights, shifts }) => {
    const slope = (weights[width] ?? NaN) / (scalers.scale.deviation[0] ?? NaN);
    const scale = new Float64Array(rows.length);
    const relative = new Float64Array(rows.length);
    for (let row = 0; row < rows.length; row += 1) {
      scale[row] = slope * ((scales[row] ?? NaN) - centre);
      let sum = 0;
      for (let column = 0; column < width; column += 1)
        sum += (weights[column] ?? NaN) * (values[row * width + column] ?? NaN);
      relative[row] = sum;
    }
    return { constant: (weights[width + 1] ?? NaN) + (shifts.get(symbol.symbol) ?? 0), scale, relative };
  });
}

/** The sum of the parts [n]. */
export function logitsOf({ constant, scale, relative }: LogitParts): Float64Array {
  return scale.map((part, row) => constant + part + (relative[row] ?? NaN));
}

/** Logits of some rows of a symbol: see {@link logitParts}. @returns For each calibration, one logit per row. */
export function calibratedLogits(...given: Parameters<typeof logitParts>): Float64Array[] {
  return logitParts(...given).map(logitsOf);
}

/** The shift of every symbol that has rows, in the table's order. */
function symbolShifts(
  { table, symbol, label, weight }: RowSet,
  logits: Float32Array,
  shrinkage: number,
): Map<string, number> {
  const sums = table.symbols.map(() => emptyScoreSums());
  for (let row = 0; row < logits.length; row += 1) {
    const own = sums[symbol[row] ?? -1];
    if (own !== undefined) addToScoreSums(own, label[row] ?? NaN, weight[row] ?? NaN, logits[row] ?? NaN);
  }
  const known = new Set(symbol);
  const shifts = new Map<string, number>();
  for (const [place, own] of sums.entries()) {
    const name = table.symbols[place]?.symbol;
    if (name !== undefined && known.has(place)) shifts.set(name, Math.fround(shrunkShift(own, shrinkage)));
  }
  return shifts;
}
