/** Where a feature lies and how far it spreads, over the rows that a model was fitted on. */
export interface Scaler {
  readonly mean: Float32Array;
  /** Standard deviation; 1 for a feature that never changes. */
  readonly deviation: Float32Array;
  /** Standardised features are cut off beyond this many deviations. */
  readonly clip: number;
}

/** Where the prior clips: beyond, there are only bad bars and days without precedent. */
export const CLIP = 5;

/** Below this share of its own size a spread is rounding, not variation. */
const CONSTANT = 1e-7;

/**
 * Mean and standard deviation (ddof 0) of every column, in float64 with two passes.
 *
 * @param rows How often to call `row`, which gives one row of `width` features.
 */
export function fitScaler(width: number, rows: number, row: (index: number) => Float32Array): Scaler {
  const mean = new Float64Array(width);
  const square = new Float64Array(width);
  for (let index = 0; index < rows; index += 1) {
    const values = row(index);
    for (let column = 0; column < width; column += 1)
      mean[column] = (mean[column] ?? 0) + (values[column] ?? NaN);
  }
  for (let column = 0; column < width; column += 1) mean[column] = (mean[column] ?? 0) / Math.max(rows, 1);
  for (let index = 0; index < rows; index += 1) {
    const values = row(index);
    for (let column = 0; column < width; column += 1) {
      const off = (values[column] ?? NaN) - (mean[column] ?? NaN);
      square[column] = (square[column] ?? 0) + off * off;
    }
  }
  return {
    clip: CLIP,
    mean: Float32Array.from(mean),
    deviation: Float32Array.from(square, (sum, column) => {
      const deviation = Math.sqrt(sum / Math.max(rows, 1));
      return deviation > CONSTANT * Math.max(1, Math.abs(mean[column] ?? 0)) ? deviation : 1;
    }),
  };
}

/** Writes a row, standardised and clipped, into `target` at `offset`. */
export function standardise(scaler: Scaler, row: Float32Array, target: Float32Array, offset: number): void {
  const { mean, deviation, clip } = scaler;
  for (let column = 0; column < row.length; column += 1) {
    const scaled = ((row[column] ?? NaN) - (mean[column] ?? NaN)) / (deviation[column] ?? NaN);
    target[offset + column] = Math.min(clip, Math.max(-clip, scaled));
  }
}
