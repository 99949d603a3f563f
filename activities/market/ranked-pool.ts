import { placesOf } from '../../data/math/fill-columns.js';

/**
 * The values of a series up to a growing end, from which one is drawn by its rank: a Fenwick tree over their sorted
 * order (Fenwick, 1994). What is drawn depends only on the values added so far; equal values keep their order.
 */
export interface RankedPool {
  /** Adds the next value of the series. */
  add(): void;
  /** Index of the added value with this rank: 0 for the smallest, at most one less than their number. */
  at(rank: number): number;
}

/** An empty pool. @param values All values, of which those not yet added are never looked at. */
export function rankedPool(values: Float64Array): RankedPool {
  const sorted = placesOf(values).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0) || a - b);
  const place = new Int32Array(values.length);
  sorted.forEach((index, at) => (place[index] = at));
  const counts = new Int32Array(values.length + 1);
  let highest = 1;
  while (2 * highest <= values.length) highest *= 2;
  let added = 0;
  return {
    add: () => {
      for (let node = (place[added] ?? 0) + 1; node < counts.length; node += node & -node)
        counts[node] = (counts[node] ?? 0) + 1;
      added += 1;
    },
    at: (rank) => {
      let [node, left] = [0, rank];
      for (let step = highest; step > 0; step >>= 1) {
        const below = counts[node + step];
        if (below === undefined || below > left) continue;
        node += step;
        left -= below;
      }
      return sorted[node] ?? -1;
    },
  };
}
