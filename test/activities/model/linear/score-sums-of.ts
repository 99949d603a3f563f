import type { ScoreSums } from '../../../../activities/model/linear/shrunk-shift.js';
import { addToScoreSums, emptyScoreSums } from '../../../../activities/model/linear/shrunk-shift.js';

/**
 * The sums over some rows.
 *
 * @param labels 0 or 1.
 * @param weights Row weights.
 */
export function scoreSumsOf(
  labels: ArrayLike<number>,
  weights: ArrayLike<number>,
  logits: ArrayLike<number>,
): ScoreSums {
  const sums = emptyScoreSums();
  for (let row = 0; row < logits.length; row += 1)
    addToScoreSums(sums, labels[row] ?? NaN, weights[row] ?? NaN, logits[row] ?? NaN);
  return sums;
}
