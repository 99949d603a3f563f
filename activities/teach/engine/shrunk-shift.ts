import { sigmoid } from './log-loss.js';

/**
 * How far some rows' logits are to be shifted by what their labels say, pulled to zero: one Newton step
 * from 0 of a logistic intercept under a ridge, Σw(y − p) / (Σw·p(1 − p) + shrinkage). 0 without rows and
 * for an infinite shrinkage.
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
  let surplus = 0;
  let information = shrinkage;
  for (let row = 0; row < logits.length; row += 1) {
    const probability = sigmoid(logits[row] ?? NaN);
    const weight = weights[row] ?? NaN;
    surplus += weight * ((labels[row] ?? NaN) - probability);
    information += weight * probability * (1 - probability);
  }
  return surplus / information;
}
