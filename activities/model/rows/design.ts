import { tf } from '../tensorflow.js';
import type { MatrixRows, Scaler } from './scaler.js';
import { standardiseRows } from './scaler.js';

/** Design matrix: standardised features, followed by a 1 in each row. */
export interface Design {
  /** Row-major [n × width]. */
  readonly values: Float32Array;
  readonly count: number;
  /** Features and the constant. */
  readonly width: number;
}

/**
 * The rows of all parts, one after another.
 *
 * @param last An additional feature before the constant, one value per row, already standardised.
 */
export function designOf(scaler: Scaler, parts: readonly MatrixRows[], last?: Float32Array): Design {
  const count = parts.reduce((sum, { rows }) => sum + rows.length, 0);
  const features = scaler.mean.length + (last === undefined ? 0 : 1);
  const width = features + 1;
  const values = new Float32Array(count * width);
  let at = 0;
  for (const part of parts) {
    standardiseRows(scaler, part, values, at * width, width);
    at += part.rows.length;
  }
  for (let row = 0; row < count; row += 1) {
    const end = (row + 1) * width;
    if (last !== undefined) values[end - 2] = last[row] ?? NaN;
    values[end - 1] = 1;
  }
  return { values, count, width };
}

/** The same design with other values in the column before the constant. */
export function withLastFeature({ values, count, width }: Design, last: Float32Array): Design {
  const own = values.slice();
  for (let row = 0; row < count; row += 1) own[(row + 1) * width - 2] = last[row] ?? NaN;
  return { values: own, count, width };
}

/** The first rows of a design. */
export function firstOf({ values, width }: Design, count: number): Design {
  return { values: values.subarray(0, count * width), count, width };
}

/** Rows `[from, until)` of a design. */
export function rowsOf({ values, width }: Design, from: number, until: number): Design {
  return { values: values.subarray(from * width, until * width), count: until - from, width };
}

/** Rows of a block: few enough for the cache, many enough to make calls cheap. */
export const BLOCK_ROWS = 8192;

/** Calls `visit` with each block of a design on the device in turn, inside tf.tidy. */
export function eachBlock(
  { values, count, width }: Design,
  visit: (block: tf.Tensor2D, from: number, until: number) => void,
): void {
  for (let from = 0; from < count; from += BLOCK_ROWS) {
    const until = Math.min(from + BLOCK_ROWS, count);
    tf.tidy(() => {
      visit(tf.tensor2d(values.subarray(from * width, until * width), [until - from, width]), from, until);
    });
  }
}

/** Largest design that stays on the device between uses; a larger one is sent again in parts. */
export const MAX_HELD_BYTES = 128 * 1024 * 1024;

/** Some values as a column on the device [n, 1]. */
export function columnOf(values: Float32Array): tf.Tensor2D {
  return tf.tensor2d(values, [values.length, 1]);
}

/** Σ weight · value of every row of a design [n]; the last weight is the intercept. */
export function linearOutputs(design: Design, weights: Float32Array): Float32Array {
  const outputs = new Float32Array(design.count);
  eachBlock(design, (block, from) => {
    outputs.set(tf.matMul(block, columnOf(weights)).dataSync(), from);
  });
  return outputs;
}

/** Adds XᵀWX of a block to a sum in float64; the product is float32. @param weights W's diagonal [n, 1]. */
export function addGram(sum: Float64Array, block: tf.Tensor2D, weights: tf.Tensor2D): void {
  addTo(sum, tf.matMul(tf.mul<tf.Tensor2D>(block, weights), block, true).dataSync());
}

/** Adds Xᵀy of a block to a sum in float64; the product is float32. @param column y [n, 1]. */
export function addProjection(sum: Float64Array, block: tf.Tensor2D, column: tf.Tensor2D): void {
  addTo(sum, tf.matMul(block, column, true).dataSync());
}

function addTo(sums: Float64Array, values: ArrayLike<number>): void {
  for (let at = 0; at < sums.length; at += 1) sums[at] = (sums[at] ?? NaN) + (values[at] ?? NaN);
}
