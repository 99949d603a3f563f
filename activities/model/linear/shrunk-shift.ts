import { sigmoid } from '../../stats/logistic.js';

/** Score and Fisher information of a logistic intercept at 0, summed over rows: enough to estimate a shift. */
export interface ScoreSums {
  /** Σw(y − p). */
  score: number;
  /** Σw·p(1 − p). */
  information: number;
}

export function emptyScoreSums(): ScoreSums {
  return { score: 0, information: 0 };
}

/** Adds a row. @param label 0 or 1. */
export function addToScoreSums(sums: ScoreSums, label: number, weight: number, logit: number): void {
  const probability = sigmoid(logit);
  sums.score += weight * (label - probability);
  sums.information += weight * probability * (1 - probability);
}

/**
 * Estimates a shift of the logits of some rows, shrunk towards zero: one Newton step from 0 of a logistic
 * intercept with a ridge penalty, Σw(y − p) / (Σw·p(1 − p) + shrinkage). 0 without rows.
 *
 * @param shrinkage Ridge penalty above 0, in units of information; Infinity gives 0.
 */
export function shrunkShift({ score, information }: ScoreSums, shrinkage: number): number {
  return shrinkage === Infinity ? 0 : score / (information + shrinkage);
}
