import { exp } from '../../../data/math/exp.js';
import { sigmoid } from '../../stats/logistic.js';
import type { FeatureTable, SymbolTable } from '../../market/feature-table.js';
import { joinedUnits } from '../network/network.js';
import { standardiseRows } from '../rows/scaler.js';
import type { PriorPhase } from '../choices/phase.js';
import type { PriorModel } from './fit-prior.js';
import type { ScaleFit } from './fit-scale.js';

/** What each feature adds to the logit of a row: base + Σ contribution is the logit. */
export interface LogitContributions {
  /** The logit of a row whose features are all at their mean. */
  readonly base: number;
  /** By feature, in the order of the table's columns, log-odds. */
  readonly features: Float64Array;
}

/** How a window's teacher departs from its prior. */
export interface LogitDeparture {
  readonly shift: number;
  /** Relative change of the slope in the scale. */
  readonly scale: number;
  /** Relative change of the slope in the relative features. */
  readonly relative: number;
}

/** Steps of the integral along the path; the error of the midpoint rule falls with their square. */
const STEPS = 256;

/**
 * Contributions of the features to a teacher's logit. The linear parts are exact; those of the tanh units are
 * integrated gradients along the straight line from the mean row (Sundararajan, Taly & Yan, 2017), the Aumann–Shapley
 * value, which adds up, too.
 *
 * @param row Row of the symbol.
 */
export function logitContributions(
  { relativeColumns }: Pick<FeatureTable, 'relativeColumns'>,
  prior: PriorModel,
  phase: PriorPhase,
  symbol: Pick<SymbolTable, 'symbol' | 'features' | 'relative'>,
  row: number,
  departure: LogitDeparture,
): LogitContributions {
  const { scale, scalers } = prior;
  const { weights, shifts } = prior[phase];
  const width = scale.scaler.mean.length;
  const rows = Int32Array.of(row);
  const values = new Float32Array(width);
  standardiseRows(scale.scaler, { matrix: symbol.features, rows }, values, 0, width);
  const relative = new Float32Array(relativeColumns.length);
  standardiseRows(scalers.relative, { matrix: symbol.relative, rows }, relative, 0, relative.length);
  const slope =
    ((1 + departure.scale) * (weights[relative.length] ?? NaN)) / (scalers.scale.deviation[0] ?? NaN);

  const features = new Float64Array(width);
  const add = (feature: number, part: number): void => {
    features[feature] = (features[feature] ?? NaN) + part;
  };
  values.forEach((value, feature) => add(feature, slope * (scale.linear[feature] ?? NaN) * value));
  let atMean = scale.linear[width] ?? NaN;
  for (const { input, bias, output } of joinedUnits(scale.ensemble)) {
    if (output === 0) continue;
    atMean += output * tanh(bias);
    let total = 0;
    values.forEach((value, feature) => (total += (input[feature] ?? NaN) * value));
    let gradient = 0;
    for (let step = 0; step < STEPS; step += 1) {
      const inside = tanh(bias + (total * (step + 0.5)) / STEPS);
      gradient += (1 - inside * inside) / STEPS;
    }
    values.forEach((value, feature) =>
      add(feature, slope * output * gradient * (input[feature] ?? NaN) * value),
    );
  }
  atMean += scaleBias(prior.scale);
  relative.forEach((value, place) =>
    add(relativeColumns[place] ?? -1, (1 + departure.relative) * (weights[place] ?? NaN) * value),
  );
  const constant = (weights[relative.length + 1] ?? NaN) + (shifts.get(symbol.symbol) ?? 0);
  return {
    base: constant + departure.shift + slope * (atMean - (scalers.scale.mean[0] ?? NaN)),
    features,
  };
}

/** Bias of the output of the tanh units. */
export function scaleBias({ ensemble }: Pick<ScaleFit, 'ensemble'>): number {
  const { shape, parameters } = ensemble;
  const biases = parameters.subarray(parameters.length - shape.members);
  return biases.reduce((sum, bias) => sum + bias, 0) / shape.members;
}

/** tanh by our own exp, so that every machine has the same bits. */
function tanh(value: number): number {
  const decay = exp(-2 * Math.abs(value));
  return Math.sign(value) * ((1 - decay) / (1 + decay));
}

/**
 * The contributions to the probability, in probability: the Aumann–Shapley value of sigmoid(base + Σ contribution),
 * which shares the difference from the base's probability in proportion to the contributions to the logit.
 */
export function probabilityContributions({ base, features }: LogitContributions): LogitContributions {
  const total = features.reduce((sum, part) => sum + part, 0);
  const start = sigmoid(base);
  const each = total === 0 ? start * (1 - start) : (sigmoid(base + total) - start) / total;
  return { base: start, features: features.map((part) => part * each) };
}
