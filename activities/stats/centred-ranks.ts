/**
 * Centred rank of a value among sorted values: (less − greater) / 2n, in [−0.5, 0.5]; 0 for the middle one. Ties get
 * the same rank, and the ranks of the values themselves have the sum 0.
 *
 * @param sorted Ascending, without NaN. The value need not be among them.
 * @returns 0 where there is nothing to compare with, and for NaN.
 */
function centredRankAmong(sorted: Float64Array, value: number): number {
  const count = sorted.length;
  if (count === 0 || Number.isNaN(value)) return 0;
  let [less, high] = [0, count];
  while (less < high) {
    const middle = (less + high) >>> 1;
    if ((sorted[middle] ?? NaN) < value) less = middle + 1;
    else high = middle;
  }
  // Most values have no equal or only themselves, so the end of the tie is next.
  let notGreater = less;
  while (notGreater < count && sorted[notGreater] === value) notGreater += 1;
  return (less + notGreater - count) / (2 * count);
}

/**
 * Centred ranks of a sample among its known values: see {@link centredRankAmong}. Any increasing transform of the
 * values leaves them unchanged.
 *
 * @param values NaN where unknown: it does not count and gets 0.
 */
export function centredRanks(values: ArrayLike<number>): Float64Array {
  const ranks = new Float64Array(values.length);
  let known = 0;
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] ?? NaN;
    if (Number.isNaN(value)) continue;
    ranks[known] = value;
    known += 1;
  }
  const sorted = ranks.slice(0, known).sort();
  for (let at = 0; at < values.length; at += 1) ranks[at] = centredRankAmong(sorted, values[at] ?? NaN);
  return ranks;
}
