import { solvePositive } from '../linear/cholesky.js';
import { download, tf } from '../tensorflow.js';
import type { Adaptation } from './adaptations.js';

/** Some rows of a window, and what one Newton step from the prior needs of each. */
export interface AdaptedRows {
  /** The directions' values, row-major [n × D]. */
  readonly directions: Float32Array;
  /** Weighted residual of the prior: w·(y − p) for a probability, w·(y − ŷ) / σ² for a score [n]. */
  readonly residual: Float32Array;
  /** Weighted information of a row: w·p(1 − p), or w / σ² [n]. */
  readonly information: Float32Array;
}

/** Score and information of the directions' coefficients at the prior, summed over the rows of one window. */
export interface WindowSums {
  /** Xᵀr [D]. */
  readonly right: Float64Array;
  /** XᵀVX, row-major [D × D]. */
  readonly gram: Float64Array;
}

/**
 * Windows per batched product, a constant number, so that a window's bits do not depend on the windows beside it: see
 * `windowScales`.
 */
const WINDOWS_AT_ONCE = 16;

/**
 * The sums of many windows as products of tensors with a leading window dimension [windows, rows, D].
 *
 * @param width Number of directions D.
 * @param padded Number of rows to pad to: at least as many as any window has. Padding adds nothing to the sums.
 */
export function windowSums(windows: readonly AdaptedRows[], width: number, padded: number): WindowSums[] {
  const sums: WindowSums[] = [];
  for (let from = 0; from < windows.length; from += WINDOWS_AT_ONCE) {
    const some = windows.slice(from, from + WINDOWS_AT_ONCE);
    const column = (pick: (rows: AdaptedRows) => Float32Array, size: number): Float32Array => {
      const values = new Float32Array(WINDOWS_AT_ONCE * padded * size);
      some.forEach((rows, window) => values.set(pick(rows), window * padded * size));
      return values;
    };
    const shape = (size: number): [number, number, number] => [WINDOWS_AT_ONCE, padded, size];
    let [grams, rights] = [new Float32Array(0), new Float32Array(0)];
    // Do not return the arrays from tidy: it would search every element for tensors.
    tf.tidy(() => {
      const rows = tf.tensor3d(
        column(({ directions }) => directions, width),
        shape(width),
      );
      const weights = tf.tensor3d(
        column(({ information }) => information, 1),
        shape(1),
      );
      const residual = tf.tensor3d(
        column(({ residual: values }) => values, 1),
        shape(1),
      );
      grams = download(tf.matMul(tf.mul(rows, weights), rows, true));
      rights = download(tf.matMul(rows, residual, true));
    });
    some.forEach((_, window) =>
      sums.push({
        gram: Float64Array.from(grams.subarray(window * width * width, (window + 1) * width * width)),
        right: Float64Array.from(rights.subarray(window * width, (window + 1) * width)),
      }),
    );
  }
  return sums;
}

/**
 * The coefficients of a window's directions: one Newton step from the prior with a ridge penalty,
 * (XᵀVX + shrinkage)·β = Xᵀr over the directions that the adaptation uses.
 *
 * @returns One per direction [D], as float32; 0 for directions that are not used.
 */
export function adaptedCoefficients(
  { gram, right }: WindowSums,
  { directions, shrinkage }: Adaptation,
): Float32Array {
  const width = right.length;
  const used = Math.min(directions, width);
  const coefficients = new Float32Array(width);
  if (used === 0) return coefficients;
  const matrix = new Float64Array(used * used);
  for (let row = 0; row < used; row += 1)
    for (let column = 0; column < used; column += 1)
      matrix[row * used + column] = (gram[row * width + column] ?? NaN) + (row === column ? shrinkage : 0);
  coefficients.set(solvePositive(matrix, right.slice(0, used)));
  return coefficients;
}

/** What the directions add to the prior's output of each row: X·β. */
export function departures(
  { directions }: Pick<AdaptedRows, 'directions'>,
  coefficients: Float32Array,
): Float64Array {
  const width = coefficients.length;
  const added = new Float64Array(directions.length / width);
  for (let row = 0; row < added.length; row += 1) {
    let sum = 0;
    for (let at = 0; at < width; at += 1)
      sum += (directions[row * width + at] ?? NaN) * (coefficients[at] ?? NaN);
    added[row] = sum;
  }
  return added;
}
