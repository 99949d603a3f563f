import { sigmoid } from './log-loss.js';

/** What labels say of a shift: both sums of its formula. */
export interface ShiftEvidence {
  /** Σw(y − p). */
  surplus: number;
  /** Σw·p(1 − p) + shrinkage. */
  information: number;
}

/** @param shrinkage Pull to zero; above 0. */
export function noEvidence(shrinkage: number): ShiftEvidence {
  return { surplus: 0, information: shrinkage };
}

/** Adds a row. @param label 0 or 1. */
export function addEvidence(evidence: ShiftEvidence, label: number, weight: number, logit: number): void {
  const probability = sigmoid(logit);
  evidence.surplus += weight * (label - probability);
  evidence.information += weight * probability * (1 - probability);
}

/**
 * How far rows' logits are to be shifted by what their labels say, pulled to zero: one Newton step from 0
 * of a logistic intercept under a ridge, Σw(y − p) / (Σw·p(1 − p) + shrinkage). 0 without rows.
 */
export function shiftBy({ surplus, information }: ShiftEvidence): number {
  return surplus / information;
}

/**
 * The shift of some rows, as {@link shiftBy} has it; 0 for an infinite shrinkage.
 *
 * @param labels 0 or 1.
 * @param weights How much each row counts.
 */
export function shrunkShift(
  labels: ArrayLike<number>,
  weights: ArrayLike<number>,
  logits: ArrayLike<number>,
  shrinkage: number,
): number {
  if (shrinkage === Infinity) return 0;
  const evidence = noEvidence(shrinkage);
  for (let row = 0; row < logits.length; row += 1)
    addEvidence(evidence, labels[row] ?? NaN, weights[row] ?? NaN, logits[row] ?? NaN);
  return shiftBy(evidence);
}
