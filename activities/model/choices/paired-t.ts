/** Dates of a block: as many as the longest horizon has bars, so that blocks hardly share returns. */
const BLOCK_DATES = 20;
/** A standard error of fewer blocks is a guess. */
const MIN_BLOCKS = 4;

/**
 * Mean difference of two figures by date in standard errors, from the means of blocks of 20 dates in turn: differences
 * of neighbouring dates are not independent.
 *
 * @param figures By date; NaN where there is none, so in `reference`.
 * @returns NaN with fewer than four blocks, and where all blocks are equal.
 */
export function pairedT(figures: ArrayLike<number>, reference: ArrayLike<number>): number {
  const blocks: number[] = [];
  for (let from = 0; from + BLOCK_DATES <= figures.length; from += BLOCK_DATES) {
    let [sum, count] = [0, 0];
    for (let date = from; date < from + BLOCK_DATES; date += 1) {
      const difference = (figures[date] ?? NaN) - (reference[date] ?? NaN);
      if (Number.isNaN(difference)) continue;
      sum += difference;
      count += 1;
    }
    if (count > 0) blocks.push(sum / count);
  }
  if (blocks.length < MIN_BLOCKS) return NaN;
  const mean = blocks.reduce((sum, block) => sum + block, 0) / blocks.length;
  const squares = blocks.reduce((sum, block) => sum + (block - mean) * (block - mean), 0);
  const error = Math.sqrt(squares / (blocks.length - 1) / blocks.length);
  return error > 0 ? mean / error : NaN;
}
