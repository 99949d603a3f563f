import { sigmoid } from './log-loss.js';

/**
 * How far some rows' logits are to be shifted by what their labels say, pulled to zero: one Newton step
 * from 0 of a logistic intercept under a ridge, Σ(y − p) / (Σ p(1 − p) + shrinkage). 0 without rows and
 * for an infinite shrinkage.
 *
 * @param labels 0 or 1.
 */
export function shrunkShift(labels: ArrayLike<number>, logits: Float64Array, shrinkage: number): number {
  if (shrinkage === Infinity) return 0;
  let surplus = 0;
  let information = shrinkage;
  for (let row = 0; row < logits.length; row += 1) {
    const probability = sigmoid(logits[row] ?? NaN);
    surplus += (labels[row] ?? NaN) - probability;
    information += probability * (1 - probability);
  }
  return surplus / information;
}
