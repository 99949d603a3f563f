import type { Design } from '../rows/design.js';
import type { Expansion } from './gram.js';
import { addRows, emptyGram, solveGram } from './gram.js';

/**
 * Weighted ridge regression by the normal equations (XᵀWX + penalties)·b = XᵀWy, solved in float64.
 *
 * @param targets One per row.
 * @param weights Row weights with a mean of about 1.
 * @param penalties Ridge penalty of each column [width]; its unit is one row. Infinity: the column is left out.
 * @param expand Makes the columns of the design's blocks. @default the design's own columns
 * @returns Weights of the columns [width]; zeros without rows.
 */
export function fitRidge(
  design: Design,
  targets: Float32Array,
  weights: Float32Array,
  penalties: readonly number[],
  expand?: Expansion,
): Float32Array {
  if (design.count === 0) return new Float32Array(penalties.length);
  const sums = emptyGram(penalties.length);
  const values = targets.map((target, row) => target * (weights[row] ?? NaN));
  addRows(sums, design, weights, [values], expand);
  const [solution] = solveGram(sums, penalties);
  return Float32Array.from(solution ?? []);
}
