import type { EnsembleSettings } from './network/train-ensemble.js';

/*
 * The hyperparameters of the model. They were chosen once, by the pooled forward log-loss of six cohorts of
 * real daily bars, never for single symbols. They are code: changing one changes the code version.
 */

/** Ridge penalty of the linear part that predicts the forward scale; its unit is one row. */
export const SCALE_RIDGE = 300;

/** The networks that learn the residual of the linear part. */
export const SCALE_SETTINGS: EnsembleSettings = {
  hidden: 16,
  members: 2,
  batchRows: 1024,
  rate: 0.015,
  epochs: 12,
  mostSteps: 60,
};

/** Ridge penalty of the slope from scale to logit, in units of information. */
export const SCALE_SLOPE_RIDGE = 1;

/** Ridge penalty of the weights of the relative features, in units of information: their signal is weak. */
export const RELATIVE_RIDGE = 10_000;

/** Shrinkage of a symbol's own shift, in units of information (about five labels each): with this much information the shift is half the unshrunk estimate. */
export const SYMBOL_SHRINKAGE = 300;

/**
 * Maximum number of validation rows per window for feature importance, at equal steps. A window of 180 days of
 * daily bars has no more. The hundreds of rows of a window of 5-minute bars have overlapping labels: using more
 * of them would cost much and add little.
 */
export const MAX_IMPORTANCE_ROWS = 32;

/**
 * Candidates for the shrinkage of a teacher's shift, the weakest adaptation first. The first is always
 * Infinity: no adaptation, the prior unchanged.
 */
export const WINDOW_SHRINKAGES: readonly number[] = [Infinity, 1000, 300, 100];
