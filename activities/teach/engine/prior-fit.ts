import { GurukulError } from '../../../data/errors.js';
import type { SymbolTable } from '../feature-table.js';
import type { PhaseCheckpoint } from './checkpoint.js';
import { designOf, linearOutputs } from './design.js';
import { fitLogistic } from './logistic.js';
import { fitRidge } from './ridge.js';
import type { RowSet } from './row-set.js';
import { featureParts, scalerOf, symbolRuns } from './row-set.js';
import type { Scaler } from './scaler.js';
import { fitScaler, standardiseRows } from './scaler.js';
import { CURVE_RIDGE, RELATIVE_RIDGE, SCALE_RIDGE, SCALE_SETTINGS, SYMBOL_SHRINKAGE } from './settings.js';
import { shrunkShift } from './shrunk-shift.js';
import type { Ensemble } from './train-ensemble.js';
import { ensembleOutputs, trainEnsemble } from './train-ensemble.js';

/**
 * One fit of a cohort's prior. Most of what can be foretold about "a return above the threshold" is how far
 * prices will move, so that comes first: a linear word on the label's forward scale in closed form, and
 * networks that learn what it leaves over. A logistic curve turns the scale into a logit. To it are added
 * a linear word on what sets the symbol apart on its day, and a shift by what the symbol's own past says.
 */
export interface PriorFit {
  readonly scaler: Scaler;
  /** Weights of the standardised features, then the constant [F + 1]. */
  readonly linear: Float32Array;
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
 * Fits the scale, then what follows from it in closed form or by Newton's method.
 *
 * @throws GurukulError Diverged when a number is no number; Cancelled.
 */
export async function fitPriorTo(task: PriorFitTask): Promise<PriorFit> {
  const { rows } = task;
  const scaler = scalerOf(rows);
  const { linear, ensemble, scales } = await fitScale(task, scaler);
  const curve = fitCurve(scales, rows);
  const offsets = scales.map((scale) => onCurve(curve, scale));
  const { relative, logits } = fitRelative(rows, offsets);
  const shifts = new Map<string, number>();
  for (const { symbol, from, until } of symbolRuns(rows)) {
    const labels = rows.label.subarray(from, until);
    const weights = rows.weight.subarray(from, until);
    const own = logits.subarray(from, until);
    shifts.set(symbol.symbol, Math.fround(shrunkShift(labels, weights, own, SYMBOL_SHRINKAGE)));
  }
  const numbers = [linear, ensemble.parameters, Object.values(curve), relative.weights, [...shifts.values()]];
  if (!numbers.every((values) => [...values].every((value) => Number.isFinite(value))))
    throw new GurukulError('Diverged', `a prior fitted on ${rows.row.length} rows is not made of numbers`);
  return { scaler, linear, ensemble, curve, relative, shifts };
}

/** The forward scale: least squares, then networks on the residuals. `scales`: what both say of the rows. */
async function fitScale(
  task: PriorFitTask,
  scaler: Scaler,
): Promise<{ linear: Float32Array; ensemble: Ensemble; scales: Float32Array }> {
  const { rows } = task;
  const targets = new Float32Array(rows.row.length);
  for (const { symbol, rows: own, from } of symbolRuns(rows))
    own.forEach((row, at) => (targets[from + at] = symbol.forwardScale[row] ?? NaN));
  const design = designOf(scaler, featureParts(rows));
  const linear = fitRidge(design, targets, rows.weight, SCALE_RIDGE);
  const straight = linearOutputs(design, linear);
  const ensemble = await trainEnsemble({
    design,
    targets: targets.map((target, row) => target - (straight[row] ?? NaN)),
    weights: rows.weight,
    loss: 'squared',
    settings: SCALE_SETTINGS,
    seed: task.seed,
    checkpoint: task.checkpoint,
    onStep: task.onStep,
  });
  const bent = ensembleOutputs(ensemble, design);
  return { linear, ensemble, scales: straight.map((scale, row) => scale + (bent[row] ?? NaN)) };
}

/**
 * Logits of some rows of a symbol.
 *
 * @param rows Rows of the symbol's table.
 * @param scales Forward scale that the fit foretells, a number a row.
 */
export function priorLogits(
  { curve, relative: { scaler, intercept, weights }, shifts }: PriorFit,
  symbol: SymbolTable,
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

/** A logistic curve over the standardised scales (Platt 1999); every number as a weights file keeps it. */
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

/** `logits`: of all rows, without the symbols' shifts. */
function fitRelative(
  rows: RowSet,
  offsets: Float32Array,
): { relative: PriorFit['relative']; logits: Float32Array } {
  const width = rows.table.relativeColumns.length;
  const parts = symbolRuns(rows).map((run) => ({ matrix: run.symbol.relative, rows: run.rows }));
  const scaler = fitScaler(width, parts);
  const design = designOf(scaler, parts);
  const fit = fitLogistic(design, { labels: rows.label, weights: rows.weight, offsets }, RELATIVE_RIDGE);
  const added = linearOutputs(design, fit);
  return {
    relative: { scaler, intercept: fit[width] ?? NaN, weights: fit.slice(0, width) },
    logits: offsets.map((offset, row) => offset + (added[row] ?? NaN)),
  };
}
