import { doubles, singlesOf } from '../../../data/math/fill-columns.js';
import { square } from '../../../data/math/square.js';

/** Mean and standard deviation of every feature over the rows that a model was fitted on. */
export interface Scaler {
  readonly mean: Float32Array;
  /** Standard deviation; 1 for a constant feature. */
  readonly deviation: Float32Array;
  /** Standardised features are clipped to ± this many standard deviations. */
  readonly clip: number;
}

/** Some rows of a row-major matrix. */
export interface MatrixRows {
  readonly matrix: Float32Array;
  readonly rows: Int32Array;
}

/** Clip of the prior: values beyond are bad bars or unprecedented days. */
export const CLIP = 5;

/** A deviation below this share of the mean is rounding error. */
const CONSTANT = 1e-7;

/**
 * Mean and standard deviation (ddof 0) of every column over the rows of all parts: one pass in float64 over
 * the differences from the first row, which keeps the squares small (Chan, Golub and LeVeque, Algorithms for
 * computing the sample variance, 1983).
 */
export function fitScaler(width: number, parts: readonly MatrixRows[]): Scaler {
  const count = Math.max(
    1,
    parts.reduce((sum, { rows }) => sum + rows.length, 0),
  );
  const first = firstRow(width, parts);
  const sum = new Float64Array(width);
  const squares = new Float64Array(width);
  for (const { matrix, rows } of parts)
    for (let place = 0; place < rows.length; place += 1) {
      const start = (rows[place] ?? 0) * width;
      for (let column = 0; column < width; column += 1) {
        const off = (matrix[start + column] ?? NaN) - (first[column] ?? NaN);
        sum[column] = (sum[column] ?? NaN) + off;
        squares[column] = (squares[column] ?? NaN) + off * off;
      }
    }
  const mean = sum.map((total, column) => (first[column] ?? NaN) + total / count);
  return {
    clip: CLIP,
    mean: Float32Array.from(mean),
    deviation: singlesOf(squares, (total, column) => {
      const variance = total / count - square((sum[column] ?? NaN) / count);
      const deviation = Math.sqrt(Math.max(0, variance));
      return deviation > CONSTANT * Math.max(1, Math.abs(mean[column] ?? 0)) ? deviation : 1;
    }),
  };
}

/** Zeros where there are no rows. */
function firstRow(width: number, parts: readonly MatrixRows[]): Float64Array {
  const part = parts.find(({ rows }) => rows.length > 0);
  const start = (part?.rows[0] ?? 0) * width;
  return doubles(width, (column) => part?.matrix[start + column] ?? 0);
}

/** Values as a matrix of one column. */
export function wholeColumn(values: Float32Array): MatrixRows {
  return wholeMatrix(values, values.length);
}

/** All rows of a matrix. */
export function wholeMatrix(matrix: Float32Array, count: number): MatrixRows {
  const rows = new Int32Array(count);
  for (let row = 0; row < rows.length; row += 1) rows[row] = row;
  return { matrix, rows };
}

/**
 * Writes rows, standardised and clipped, into `target`.
 *
 * @param offset Index of the first value written.
 * @param stride Distance between the starts of consecutive rows in `target`.
 * @param places Which row of `target` each becomes. @default one after another
 */
export function standardiseRows(
  { mean, deviation, clip }: Scaler,
  { matrix, rows }: MatrixRows,
  target: Float32Array,
  offset: number,
  stride: number,
  places?: Int32Array,
): void {
  const width = mean.length;
  for (let place = 0; place < rows.length; place += 1) {
    const start = (rows[place] ?? 0) * width;
    const to = offset + (places === undefined ? place : (places[place] ?? -1)) * stride;
    for (let column = 0; column < width; column += 1) {
      const scaled = ((matrix[start + column] ?? NaN) - (mean[column] ?? NaN)) / (deviation[column] ?? NaN);
      target[to + column] = scaled > clip ? clip : scaled < -clip ? -clip : scaled;
    }
  }
}
