/**
 * The number of some rows and the sum of their gradients in one float64, rows · `row` + Σ gradient: a histogram then
 * reads and writes a cell once for both. Gradients are counted in steps so large that, whatever the signs,
 * |Σ gradient| < row / 2 and the whole stays below 2⁵³. So every number is an integer that float64 has: sums over rows
 * are exact, and depend neither on the order of the rows nor on whether a histogram was counted or subtracted.
 */
export interface Packing {
  /** What a row counts: a power of two. */
  readonly row: number;
  /** Steps per unit of gradient: a power of two. */
  readonly steps: number;
}

/** Gradients on a finer grid would be no better: they are differences of float32 targets. */
const MOST_STEPS = 1_073_741_824;
/** 2⁵³: float64 has every integer up to here. */
const INTEGERS = 9_007_199_254_740_992;
/** 2²¹ − 1: with more, the largest gradient might have fewer than 512 steps. */
export const MOST_PACKED_ROWS = 2_097_151;

/**
 * How to pack the sums of a tree's rows: with as many steps as fit, at least 2²³ for the largest gradient of 10,000 rows
 * and 2¹⁷ for that of 100,000.
 *
 * @param largest Of the gradients' sizes.
 * @throws RangeError when there are more rows than {@link MOST_PACKED_ROWS}.
 */
export function packingOf(rows: number, largest: number): Packing {
  if (rows > MOST_PACKED_ROWS) throw new RangeError(`${rows} rows are too many for the sums of a tree`);
  let beyond = 1;
  while (beyond <= rows) beyond *= 2;
  const row = INTEGERS / beyond;
  // Fewer than `beyond` gradients of this size add up to less than row / 2.
  const most = row / 2 / beyond;
  let steps = MOST_STEPS;
  while (largest * steps > most) steps /= 2;
  return { row, steps };
}

/** Packs the gradients of some rows, in place. @param order The first `count` rows are packed. */
export function packRows(
  gradients: Float64Array,
  { row: one, steps }: Packing,
  order: Int32Array,
  count: number,
): void {
  for (let place = 0; place < count; place += 1) {
    const row = order[place] ?? 0;
    gradients[row] = one + Math.round((gradients[row] ?? 0) * steps);
  }
}

/** Number of rows in a sum. */
export function packedRows({ row }: Packing, sum: number): number {
  return Math.round(sum / row);
}

/** Sum of the gradients, in steps. @param rows See {@link packedRows}. */
export function packedSteps({ row }: Packing, sum: number, rows: number): number {
  return sum - rows * row;
}
