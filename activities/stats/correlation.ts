import { mean } from './moments.js';
import { ascendingOrder } from './order.js';

/** Pearson correlation; null when one of the samples is constant. */
export function correlation(x: Float64Array, y: Float64Array): number | null {
  const meanX = mean(x);
  const meanY = mean(y);
  if (meanX === null || meanY === null) return null;
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = 0; i < x.length; i += 1) {
    const dx = (x[i] ?? 0) - meanX;
    const dy = (y[i] ?? 0) - meanY;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  // The deviations of a constant sample are rounding errors; their correlation is meaningless.
  const flat = (squares: number, centre: number): boolean => squares <= 1e-24 * x.length * centre * centre;
  if (flat(xx, meanX) || flat(yy, meanY)) return null;
  return xy / Math.sqrt(xx * yy);
}

/** Ranks from 1; ties get their mean rank, as in Spearman's correlation. @param values Without NaN. */
export function meanRanks(values: Float64Array): Float64Array {
  return ranksInOrder(values, ascendingOrder(values));
}

/** {@link meanRanks} of values whose order is known. */
export function ranksInOrder(values: Float64Array, order: Int32Array): Float64Array {
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length;) {
    const value = values[order[start] ?? 0];
    let end = start + 1;
    while (end < order.length && values[order[end] ?? 0] === value) end += 1;
    for (let at = start; at < end; at += 1) ranks[order[at] ?? 0] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

/**
 * Mean ranks of values among those of their own group: one order of all values is enough for all groups.
 *
 * @param group Number of the group of each value, from 0; −1: of none, and without a rank (0).
 * @param groups Number of groups.
 */
export function ranksInGroups(
  values: Float64Array,
  order: Int32Array,
  group: Int32Array,
  groups: number,
): Float64Array {
  const ranks = new Float64Array(values.length);
  const [below, tied] = [new Int32Array(groups), new Int32Array(groups)];
  for (let start = 0; start < order.length;) {
    const value = values[order[start] ?? 0];
    let end = start + 1;
    while (end < order.length && values[order[end] ?? 0] === value) end += 1;
    for (let at = start; at < end; at += 1) {
      const own = group[order[at] ?? 0] ?? -1;
      if (own >= 0) tied[own] = (tied[own] ?? 0) + 1;
    }
    for (let at = start; at < end; at += 1) {
      const own = group[order[at] ?? 0] ?? -1;
      if (own >= 0) ranks[order[at] ?? 0] = (2 * (below[own] ?? 0) + 1 + (tied[own] ?? 0)) / 2;
    }
    for (let at = start; at < end; at += 1) {
      const own = group[order[at] ?? 0] ?? -1;
      if (own < 0) continue;
      below[own] = (below[own] ?? 0) + (tied[own] ?? 0);
      tied[own] = 0;
    }
    start = end;
  }
  return ranks;
}

/**
 * Pearson correlation over the places where both samples have a value, in one pass; 0 when one of them is constant
 * there.
 *
 * @param a NaN where there is no value; so in `b`.
 * @returns The correlation, and the number of places.
 */
export function correlationOfKnown(
  a: Float64Array,
  b: Float64Array,
): { readonly correlation: number; readonly places: number } {
  let places = 0;
  let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
  for (let i = 0; i < a.length; i += 1) {
    const x = a[i] ?? NaN;
    const y = b[i] ?? NaN;
    // NaN differs from itself.
    if (x !== x || y !== y) continue;
    places += 1;
    sumA += x;
    sumB += y;
    squaresA += x * x;
    squaresB += y * y;
    products += x * y;
  }
  const spread = (squaresA - (sumA * sumA) / places) * (squaresB - (sumB * sumB) / places);
  const correlation = spread > 0 ? (products - (sumA * sumB) / places) / Math.sqrt(spread) : 0;
  return { correlation, places };
}
