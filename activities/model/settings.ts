import type { EnsembleSettings } from './network/train-ensemble.js';

/*
 * The settings of the model, chosen once on the pooled forward log-loss of six cohorts of real daily
 * bars, never by single symbols. They are code, so a change of them changes the code version.
 */

/** Pull on the linear part of what foretells how far prices will move, in rows. */
export const SCALE_RIDGE = 300;

/** The networks that learn what the linear part leaves over. */
export const SCALE_SETTINGS: EnsembleSettings = {
  hidden: 16,
  members: 2,
  batchRows: 1024,
  rate: 0.015,
  epochs: 12,
  mostSteps: 60,
};

/** Pull on the slope that turns a scale into a logit, in labels. */
export const SCALE_SLOPE_RIDGE = 1;

/** Pull on the weights of what sets a symbol apart on its day, in labels: the signal there is weak. */
export const RELATIVE_RIDGE = 10_000;

/** Information (about five labels a unit) that a symbol's own past counts half against. */
export const SYMBOL_SHRINKAGE = 300;

/**
 * How strongly a teacher's shift is pulled to zero, the weakest adaptation first; Infinity, no adaptation,
 * is always the first candidate.
 */
export const WINDOW_SHRINKAGES: readonly number[] = [Infinity, 1000, 300, 100];
