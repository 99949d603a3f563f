import { ascendingOrder } from './order.js';

/**
 * p-values adjusted for the false discovery rate (Benjamini & Hochberg, 1995): of the k-th smallest of m, the least
 * m · p / j over all j ≥ k. Rejecting those of at most q keeps the expected share of false rejections at q, if the tests
 * are independent or positively dependent (Benjamini & Yekutieli, 2001).
 *
 * @param pValues Without NaN. @returns In the same order; never below the p-value itself, never above 1.
 */
export function adjustedPValues(pValues: Float64Array): Float64Array {
  const order = ascendingOrder(pValues);
  const count = pValues.length;
  const adjusted = new Float64Array(count);
  let least = 1;
  for (let rank = count; rank >= 1; rank -= 1) {
    const place = order[rank - 1] ?? -1;
    least = Math.min(least, ((pValues[place] ?? NaN) * count) / rank);
    adjusted[place] = least;
  }
  return adjusted;
}
