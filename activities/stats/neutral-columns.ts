import { MIN_NEUTRAL_SYMBOLS } from './neutral.js';
import type { Regression, RegressorColumns } from './regression.js';

/**
 * Takes the exposures out of every column of a matrix, in place: rows are the symbols of one cross-section, all values
 * known. With fewer than {@link MIN_NEUTRAL_SYMBOLS} symbols only the columns' means are taken out. The same as
 * `Regression.takeOut` column by column, in float32 with float64 sums.
 *
 * @param regression Is set to this cross-section.
 * @param values Row-major [symbols × width].
 */
export function neutraliseColumns(
  regression: Regression,
  columns: RegressorColumns,
  values: Float32Array,
  width: number,
): void {
  const { count } = columns;
  if (count < MIN_NEUTRAL_SYMBOLS) {
    centreColumns(values, width);
    return;
  }
  regression.fit(columns);
  const { group, sizes, directions } = regression.basis();
  takeOutMeans(group, sizes, values, width);
  for (const direction of directions) {
    const along = new Float64Array(width);
    for (let at = 0; at < count; at += 1) {
      const share = direction[at] ?? NaN;
      for (let column = 0; column < width; column += 1)
        along[column] = (along[column] ?? NaN) + share * (values[at * width + column] ?? NaN);
    }
    for (let at = 0; at < count; at += 1) {
      const share = direction[at] ?? NaN;
      for (let column = 0; column < width; column += 1) {
        const cell = at * width + column;
        values[cell] = (values[cell] ?? NaN) - share * (along[column] ?? NaN);
      }
    }
  }
}

/** Takes the mean out of every column of a matrix, in place. @param values Row-major [rows × width]. */
function centreColumns(values: Float32Array, width: number): void {
  const count = Math.round(values.length / width);
  takeOutMeans(new Int32Array(count), Float64Array.of(count), values, width);
}

/** Takes the mean of each group out of every column. */
function takeOutMeans(group: Int32Array, sizes: Float64Array, values: Float32Array, width: number): void {
  const sums = new Float64Array(sizes.length * width);
  for (let at = 0; at < group.length; at += 1) {
    const start = (group[at] ?? 0) * width;
    for (let column = 0; column < width; column += 1)
      sums[start + column] = (sums[start + column] ?? NaN) + (values[at * width + column] ?? NaN);
  }
  for (let at = 0; at < group.length; at += 1) {
    const [start, size] = [(group[at] ?? 0) * width, sizes[group[at] ?? 0] ?? NaN];
    for (let column = 0; column < width; column += 1) {
      const cell = at * width + column;
      values[cell] = (values[cell] ?? NaN) - (sums[start + column] ?? NaN) / size;
    }
  }
}
