import type { BinEdges } from './bins.js';
import { COLUMN_CELLS } from './histogram.js';
import type { Packing } from './packed-sums.js';
import { packedRows, packedSteps } from './packed-sums.js';
import type { TreeSettings } from './settings.js';

/** A split: rows whose bin of `column` is at most `bin` go left. */
export interface Split {
  /** -1: the node is not split. */
  column: number;
  bin: number;
  /** Decrease of the penalised squared loss, twice, in squared steps. */
  gain: number;
  /** Packed sum of the rows that go left. */
  left: number;
}

/** A split to be filled by `findSplit`. */
export function noSplit(): Split {
  return { column: -1, bin: -1, gain: 0, left: 0 };
}

/**
 * The split of a node with the largest gain G²/(n + ridge) of both sides over that of the node (Friedman 2001;
 * with the penalty: Chen and Guestrin 2016, formula 7). Of equal gains the first column and bin count.
 *
 * @param split Receives the result.
 * @param sum Packed sum of the node's rows.
 */
export function findSplit(
  split: Split,
  histogram: Float64Array,
  { edges }: BinEdges,
  packing: Packing,
  sum: number,
  { minRows, ridge }: Pick<TreeSettings, 'minRows' | 'ridge'>,
): void {
  split.column = -1;
  split.bin = -1;
  split.gain = 0;
  const rows = packedRows(packing, sum);
  const gradient = packedSteps(packing, sum, rows);
  const { row } = packing;
  const perRow = 1 / row;
  const unsplit = (gradient * gradient) / (rows + ridge);
  // `packedRows` and `packedSteps`, as a product and a floor: they take less time than a quotient and a rounding.
  for (let column = 0; column < edges.length; column += 1) {
    const bins = edges[column]?.length ?? 0;
    let cell = column * COLUMN_CELLS;
    let left = 0;
    for (let bin = 0; bin < bins; bin += 1) {
      left += histogram[cell] ?? 0;
      cell += 1;
      const leftRows = Math.floor(left * perRow + 0.5);
      if (leftRows < minRows) continue;
      const rightRows = rows - leftRows;
      if (rightRows < minRows) break;
      const leftGradient = left - leftRows * row;
      const rightGradient = gradient - leftGradient;
      const gain =
        (leftGradient * leftGradient) / (leftRows + ridge) +
        (rightGradient * rightGradient) / (rightRows + ridge) -
        unsplit;
      if (gain <= split.gain) continue;
      split.column = column;
      split.bin = bin;
      split.gain = gain;
      split.left = left;
    }
  }
}
