import type { BinnedRows } from './bins.js';
import { MAX_BINS } from './bins.js';

/** Cells of a column: a sum of gradients and a sum of weights for every bin. */
export const COLUMN_CELLS = 2 * MAX_BINS;

/**
 * Sets a histogram [columns × bins × 2] to the sums over some rows. Not a tensor operation: 25,000 rows of 45
 * columns take 1.5 ms here, 44 ms as TensorFlow's segment sums, and 270 ms as products with one-hot rows.
 *
 * @param order Rows; those at places `from` to `until` are counted.
 * @param gradients Weighted gradient of every row.
 */
export function countHistogram(
  histogram: Float64Array,
  { bins, width }: BinnedRows,
  gradients: Float64Array,
  weights: Float64Array,
  order: Int32Array,
  from: number,
  until: number,
): void {
  histogram.fill(0);
  for (let place = from; place < until; place += 1) {
    const row = order[place] ?? 0;
    const gradient = gradients[row] ?? 0;
    const weight = weights[row] ?? 0;
    const start = row * width;
    let base = 0;
    for (let column = 0; column < width; column += 1) {
      const cell = base + 2 * (bins[start + column] ?? 0);
      histogram[cell] = (histogram[cell] ?? 0) + gradient;
      histogram[cell + 1] = (histogram[cell + 1] ?? 0) + weight;
      base += COLUMN_CELLS;
    }
  }
}

/** Sets a node's histogram to its parent's minus its sibling's. */
export function subtractHistogram(
  histogram: Float64Array,
  parent: Float64Array,
  sibling: Float64Array,
): void {
  for (let cell = 0; cell < histogram.length; cell += 1)
    histogram[cell] = (parent[cell] ?? 0) - (sibling[cell] ?? 0);
}
