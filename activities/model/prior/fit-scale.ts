import type { Design } from '../rows/design.js';
import { linearOutputs } from '../rows/design.js';
import { fitRidge } from '../linear/ridge.js';
import type { Scaler } from '../rows/scaler.js';
import { SCALE_RIDGE, SCALE_SETTINGS } from '../settings.js';
import type { Ensemble, EnsembleTask } from '../network/train-ensemble.js';
import { ensembleOutputs, trainEnsemble } from '../network/train-ensemble.js';

/**
 * Predicts how far prices will move over a label's bars (`forwardScale`): a linear part in closed form, plus
 * an ensemble of networks fitted to its residual.
 */
export interface ScaleFit {
  readonly scaler: Scaler;
  /** Weights of the standardised features, then the intercept [F + 1]. */
  readonly linear: Float32Array;
  readonly ensemble: Ensemble;
}

/** `design` holds features standardised by `scaler`, `targets` the forward scale of each row. */
export interface ScaleTask extends Omit<EnsembleTask, 'loss' | 'settings'> {
  readonly scaler: Scaler;
}

/** @throws GurukulError Cancelled. */
export async function fitScale({ scaler, design, targets, ...task }: ScaleTask): Promise<ScaleFit> {
  const linear = fitRidge(design, targets, task.weights, SCALE_RIDGE);
  const linearPart = linearOutputs(design, linear);
  const ensemble = await trainEnsemble({
    ...task,
    design,
    targets: targets.map((target, row) => target - (linearPart[row] ?? NaN)),
    loss: 'squared',
    settings: SCALE_SETTINGS,
  });
  return { scaler, linear, ensemble };
}

/** Predicted scale of every row of a design. */
export function scalesOf({ linear, ensemble }: ScaleFit, design: Design): Float32Array {
  const residual = ensembleOutputs(ensemble, design);
  return linearOutputs(design, linear).map((scale, row) => scale + (residual[row] ?? NaN));
}
