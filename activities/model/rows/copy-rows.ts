/**
 * Copies some rows of a row-major matrix, one after another. A loop, because a view of each row costs more than its
 * values.
 *
 * @param rows Rows of `values`; the places of those below 0 are left as they are.
 * @param target Row-major with `stride` columns; written from column `offset` on.
 */
export function copyRows(
  values: Float32Array,
  width: number,
  rows: Int32Array,
  target: Float32Array,
  stride = width,
  offset = 0,
): void {
  for (let at = 0; at < rows.length; at += 1) {
    const from = (rows[at] ?? -1) * width;
    if (from < 0) continue;
    const to = at * stride + offset;
    for (let column = 0; column < width; column += 1) target[to + column] = values[from + column] ?? NaN;
  }
}
