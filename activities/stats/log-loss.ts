import { exp } from '../../data/math/exp.js';
import { log, log1p } from '../../data/math/log.js';

/** The usual clip: without it, a probability of 0 or 1 could have an infinite loss. */
export const PROBABILITY_EPSILON = 1e-15;

/**
 * A base rate is clipped to [floor, 1 − floor]: a window of about 100 labels cannot tell a smaller rate from zero,
 * and an unlimited loss of the baseline would make any model look good.
 */
export const BASE_RATE_FLOOR = 0.005;

/**
 * Log-loss of one row in nats: −ln p(label) (Good, 1952).
 *
 * @param floor The probability is clipped to [floor, 1 − floor].
 */
export function rowLogLoss(probability: number, label: number, floor = PROBABILITY_EPSILON): number {
  const ofLabel = label === 1 ? probability : 1 - probability;
  return -log(Math.min(Math.max(ofLabel, floor), 1 - floor));
}

/** Relative improvement on the baseline's log-loss: 1 − L / L₀. Null when that of the baseline is 0. */
export function skillScore(logLoss: number | null, baseline: number | null): number | null {
  if (logLoss === null || baseline === null || baseline === 0) return null;
  return 1 - logLoss / baseline;
}

/**
 * Log-loss of a logit given a label, or a soft label in [0, 1]: log(1 + e^z) − y·z, in a form that does not
 * overflow.
 */
export function logitLogLoss(value: number, label: number): number {
  return Math.max(value, 0) - value * label + log1p(exp(-Math.abs(value)));
}
