import type { BinEdges } from './bins.js';
import { COLUMN_CELLS } from './histogram.js';
import type { TreeSettings } from './settings.js';

/** Sums of a node's rows. */
export interface NodeSums {
  gradient: number;
  weight: number;
}

/** A split: rows whose bin of `column` is at most `bin` go left. */
export interface Split {
  /** -1: the node is not split. */
  column: number;
  bin: number;
  /** Decrease of the penalised squared loss, twice. */
  gain: number;
  readonly left: NodeSums;
}

/** A split to be filled by `findSplit`. */
export function noSplit(): Split {
  return { column: -1, bin: -1, gain: 0, left: { gradient: 0, weight: 0 } };
}

/**
 * The split of a node with the largest gain G²/(W + ridge) of both sides over that of the node (Friedman 2001;
 * with the penalty: Chen and Guestrin 2016, formula 7). Of equal gains the first column and bin count.
 *
 * @param split Receives the result.
 */
export function findSplit(
  split: Split,
  histogram: Float64Array,
  { edges }: BinEdges,
  { gradient, weight }: Readonly<NodeSums>,
  { minWeight, ridge }: Pick<TreeSettings, 'minWeight' | 'ridge'>,
): void {
  split.column = -1;
  split.bin = -1;
  split.gain = 0;
  const unsplit = (gradient * gradient) / (weight + ridge);
  for (let column = 0; column < edges.length; column += 1) {
    const bins = edges[column]?.length ?? 0;
    let cell = column * COLUMN_CELLS;
    let leftGradient = 0;
    let leftWeight = 0;
    for (let bin = 0; bin < bins; bin += 1) {
      leftGradient += histogram[cell] ?? 0;
      leftWeight += histogram[cell + 1] ?? 0;
      cell += 2;
      if (leftWeight < minWeight) continue;
      const rightWeight = weight - leftWeight;
      if (rightWeight < minWeight) break;
      const rightGradient = gradient - leftGradient;
      const gain =
        (leftGradient * leftGradient) / (leftWeight + ridge) +
        (rightGradient * rightGradient) / (rightWeight + ridge) -
        unsplit;
      if (gain <= split.gain) continue;
      split.column = column;
      split.bin = bin;
      split.gain = gain;
      split.left.gradient = leftGradient;
      split.left.weight = leftWeight;
    }
  }
}
