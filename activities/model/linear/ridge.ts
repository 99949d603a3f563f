import { tf } from '../tensorflow.js';
import { solvePositive } from './cholesky.js';
import type { Design } from '../rows/design.js';
import { addGram, addProjection, columnOf, eachBlock } from '../rows/design.js';

/**
 * Weighted ridge regression by the normal equations (XᵀWX + ridge)·b = XᵀWy, solved in float64. The intercept
 * has no penalty.
 *
 * @param targets One per row.
 * @param weights Row weights with a mean of 1.
 * @param ridge Ridge penalty of the weights of standardised features; its unit is one row.
 * @returns Weights of the features, then the intercept [width]; zeros without rows.
 */
export function fitRidge(
  design: Design,
  targets: Float32Array,
  weights: Float32Array,
  ridge: number,
): Float32Array {
  const { width } = design;
  if (design.count === 0) return new Float32Array(width);
  const gram = new Float64Array(width * width);
  const right = new Float64Array(width);
  eachBlock(design, (block, from, until) => {
    const weight = columnOf(weights.subarray(from, until));
    const target = columnOf(targets.subarray(from, until));
    addGram(gram, block, weight);
    addProjection(right, block, tf.mul(weight, target));
  });
  for (let at = 0; at < width - 1; at += 1) gram[at * width + at] = (gram[at * width + at] ?? NaN) + ridge;
  return Float32Array.from(solvePositive(gram, right));
}
