import { randomStream } from '../../../data/random.js';
import { randomTanhUnits } from '../linear/random-tanh.js';
import { withTanhUnits } from '../linear/tanh-expansion.js';
import { fitRidge } from '../linear/ridge.js';
import type { Shape } from '../network/network.js';
import { parameterCount } from '../network/network.js';
import type { Ensemble } from '../network/ensemble.js';
import { ensembleOutputs } from '../network/ensemble.js';
import type { Design } from '../rows/design.js';
import { linearOutputs } from '../rows/design.js';
import type { Scaler } from '../rows/scaler.js';
import { TANH_UNITS } from '../settings.js';
import type { ScaleConfig } from './configs.js';

/**
 * Predicts how far prices will move over a label's bars (`forwardScale`): a linear part plus random tanh
 * units, both fitted by one ridge regression in closed form.
 */
export interface ScaleFit {
  readonly scaler: Scaler;
  /** Weights of the standardised features, then the intercept [F + 1]. */
  readonly linear: Float32Array;
  /** The tanh units as an ensemble of one network; its output weights are zero where they are off. */
  readonly ensemble: Ensemble;
}

/** The tanh units that a cohort draws, for designs of a width: the same for every configuration and fold. */
export function scaleUnits(width: number, seed: readonly (string | number)[]): Float32Array {
  return randomTanhUnits(width - 1, TANH_UNITS, randomStream([...seed, 'tanh']));
}

/** Ridge penalties of the features, the intercept and the tanh units. @param width Features and the intercept. */
export function scalePenalties(width: number, { ridge, tanhRidge }: ScaleConfig): number[] {
  const units = new Array<number>(TANH_UNITS).fill(tanhRidge);
  return [...new Array<number>(width - 1).fill(ridge), 0, ...units];
}

export interface ScaleTask {
  readonly scaler: Scaler;
  /** Features standardised by `scaler`. */
  readonly design: Design;
  /** Forward scale of each row. */
  readonly targets: Float32Array;
  /** Row weights, the decay of old rows included. */
  readonly weights: Float32Array;
  /** See {@link scaleUnits}. */
  readonly units: Float32Array;
  readonly config: ScaleConfig;
}

export function fitScale({ scaler, design, targets, weights, units, config }: ScaleTask): ScaleFit {
  const { width } = design;
  const penalties = scalePenalties(width, config);
  const found = fitRidge(design, targets, weights, penalties, withTanhUnits(units, width));
  const shape: Shape = { features: width - 1, hidden: TANH_UNITS, members: 1 };
  const parameters = new Float32Array(parameterCount(shape));
  parameters.set(units);
  parameters.set(found.subarray(width), units.length);
  return { scaler, linear: found.slice(0, width), ensemble: { shape, parameters } };
}

/** Predicted scale of every row of a design. */
export function scalesOf({ linear, ensemble }: ScaleFit, design: Design): Float32Array {
  const residual = ensembleOutputs(ensemble, design);
  return linearOutputs(design, linear).map((scale, row) => scale + (residual[row] ?? NaN));
}
