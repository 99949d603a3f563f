import { exp } from '../../data/math/exp.js';
import { log } from '../../data/math/log.js';

/** Natural logarithm of the odds. */
export function logit(probability: number): number {
  return log(probability / (1 - probability));
}

/** The probability of a logit. */
export function sigmoid(value: number): number {
  return 1 / (1 + exp(-value));
}

/**
 * Share of ones, with half a label of each kind added (Jeffreys' prior), so that its logit is finite even if all
 * labels are the same.
 */
export function smoothedRate(ones: number, rows: number): number {
  return (ones + 0.5) / (rows + 1);
}
