import { exp } from '../../data/math/exp.js';
import { log } from '../../data/math/log.js';

/** Natural logarithm of the odds. */
export function logit(probability: number): number {
  return log(probability / (1 - probability));
}

export function sigmoid(value: number): number {
  return 1 / (1 + exp(-value));
}

/**
 * Share of ones, kept off 0 and 1 by half a label on either side (Jeffreys' prior), so that its logit is
 * a number even where all labels are alike.
 */
export function smoothedRate(ones: number, rows: number): number {
  return (ones + 0.5) / (rows + 1);
}
