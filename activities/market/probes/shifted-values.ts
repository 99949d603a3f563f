/** Of fewer differences, equal values of neighbours are a coincidence. */
const MIN_DIFFERENCES = 2;

/**
 * By how many bars the values of some rows are shifted: −1 where those that differ from their own bar's are those of
 * the bar before, 1 of the bar after; undefined where none differs or they are neither.
 *
 * @param own Value of each bar.
 * @param rows Bars; −1 for none.
 * @param values Value said to be of each of the rows.
 */
export function shiftOf(
  own: ArrayLike<number>,
  rows: readonly number[],
  values: readonly number[],
): -1 | 1 | undefined {
  const differing = [...rows.keys()].filter((at) => {
    const row = rows[at] ?? -1;
    return row >= 0 && !Object.is(own[row], values[at]);
  });
  if (differing.length < MIN_DIFFERENCES) return undefined;
  // Labels have two values: all that differ are the neighbour's only where they are its in every row.
  const isBinary = values.every((value) => value === 0 || value === 1);
  const tested = isBinary ? [...rows.keys()] : differing;
  for (const shift of [-1, 1] as const)
    if (tested.every((at) => Object.is(own[(rows[at] ?? NaN) + shift], values[at]))) return shift;
  return undefined;
}
