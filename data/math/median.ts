/** The median of some numbers; of an even number of them the upper one of the two in the middle. NaN without any. */
export function median(values: ArrayLike<number>): number {
  const sorted = new Float64Array(values).sort();
  return sorted[sorted.length >> 1] ?? NaN;
}
