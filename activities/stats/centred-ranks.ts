import { FEW_VALUES, ascendingOrder, insertValue } from './order.js';

/**
 * Centred ranks of a sample among its known values: (less − greater) / 2n, in [−0.5, 0.5]; 0 for the middle one. Ties get
 * the same rank, and the sum of all is 0. Any increasing transform of the values leaves them unchanged.
 *
 * @param values NaN where unknown: it does not count and gets 0.
 */
export function centredRanks(values: ArrayLike<number>): Float64Array {
  const count = values.length;
  const ranks = new Float64Array(count);
  rankInto(values, count, ranks, new Float64Array(count));
  return ranks;
}

/**
 * {@link centredRanks} of the first values of a buffer, into another.
 *
 * @param sorted Of at least the same length; overwritten.
 */
export function rankInto(
  values: ArrayLike<number>,
  count: number,
  ranks: Float64Array,
  sorted: Float64Array,
): void {
  if (count <= FEW_VALUES) {
    rankFew(values, count, ranks, sorted);
    return;
  }
  let known = 0;
  const places = new Int32Array(count);
  for (let at = 0; at < count; at += 1) {
    const value = values[at] ?? NaN;
    ranks[at] = 0;
    if (value !== value) continue;
    sorted[known] = value;
    places[known] = at;
    known += 1;
  }
  const some = sorted.subarray(0, known);
  const order = ascendingOrder(some);
  for (let start = 0; start < known;) {
    const value = some[order[start] ?? 0];
    let end = start + 1;
    while (end < known && some[order[end] ?? 0] === value) end += 1;
    const rank = (start + end - known) / (2 * known);
    for (let at = start; at < end; at += 1) ranks[places[order[at] ?? 0] ?? 0] = rank;
    start = end;
  }
}

/** Places of few values in their order: a buffer. */
const order = new Int32Array(FEW_VALUES);

/** The same: of few values, each tie is found where it stands in their order. */
function rankFew(values: ArrayLike<number>, count: number, ranks: Float64Array, sorted: Float64Array): void {
  let known = 0;
  for (let at = 0; at < count; at += 1) {
    const value = values[at] ?? NaN;
    ranks[at] = 0;
    if (value !== value) continue;
    insertValue(sorted, order, known, value, at);
    known += 1;
  }
  for (let start = 0; start < known;) {
    let end = start + 1;
    while (end < known && sorted[end] === sorted[start]) end += 1;
    const rank = (start + end - known) / (2 * known);
    for (let at = start; at < end; at += 1) ranks[order[at] ?? 0] = rank;
    start = end;
  }
}
