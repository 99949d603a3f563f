import type { EnsembleSettings } from './train-ensemble.js';

/*
 * The settings of the model, chosen once on the pooled forward log-loss of six cohorts of real daily
 * bars, never by single symbols. They are code, so a change of them changes the code version.
 */

/** Share of a cohort's sessions, at its end, on which adaptation is judged. */
export const VALIDATION_SHARE = 0.25;

/** Share of the sessions before validation, at their end, that may veto the prior's length of training. */
export const JUDGE_SHARE = 0.15;

export const PRIOR_SETTINGS: EnsembleSettings = {
  hidden: [32, 16],
  members: 4,
  batchRows: 4096,
  rate: 0.005,
  decay: 0.01,
  epochs: 5,
};

/**
 * How far a teacher may move from the prior: the expected standard deviation of the shift of its logits,
 * weakest first. Zero, no adaptation, is always a candidate.
 */
export const STRENGTHS: readonly number[] = [0.1, 0.3, 1];
