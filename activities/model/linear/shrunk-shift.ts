import { sigmoid } from '../../stats/logistic.js';

/** What labels say of a shift: both sums of its formula. */
export interface ShiftEvidence {
  /** Σw(y − p). */
  surplus: number;
  /** Σw·p(1 − p). */
  information: number;
}

export function noEvidence(): ShiftEvidence {
  return { surplus: 0, information: 0 };
}

/** Adds a row. @param label 0 or 1. */
export function addEvidence(evidence: ShiftEvidence, label: number, weight: number, logit: number): void {
  const probability = sigmoid(logit);
  evidence.surplus += weight * (label - probability);
  evidence.information += weight * probability * (1 - probability);
}

/**
 * What some rows say.
 *
 * @param labels 0 or 1.
 * @param weights How much each row counts.
 */
export function evidenceOf(
  labels: ArrayLike<number>,
  weights: ArrayLike<number>,
  logits: ArrayLike<number>,
): ShiftEvidence {
  const evidence = noEvidence();
  for (let row = 0; row < logits.length; row += 1)
    addEvidence(evidence, labels[row] ?? NaN, weights[row] ?? NaN, logits[row] ?? NaN);
  return evidence;
}

/**
 * How far rows' logits are to be shifted by what their labels say, pulled to zero: one Newton step from 0
 * of a logistic intercept under a ridge, Σw(y − p) / (Σw·p(1 − p) + shrinkage). 0 without rows.
 *
 * @param shrinkage Pull to zero, above 0; under an infinite one the shift is 0.
 */
export function shiftBy({ surplus, information }: ShiftEvidence, shrinkage: number): number {
  return shrinkage === Infinity ? 0 : surplus / (information + shrinkage);
}
