/** Splits between the root and a leaf. */
export const TREE_DEPTH = 3;
/** Nodes that may be split: the root is 0, the children of node i are 2i + 1 and 2i + 2. */
export const TREE_SPLITS = (1 << TREE_DEPTH) - 1;
/** Nodes of a tree; the last 8 are its leaves. */
export const TREE_NODES = 15;

/** Regression trees that are added up. */
export interface Trees {
  /** Number of trees. */
  readonly count: number;
  /** Columns of the rows: ranks, then state of the market. */
  readonly rankWidth: number;
  readonly stateWidth: number;
  /** Column that a node looks at [count × 7]. */
  readonly columns: Int32Array;
  /**
   * Values from the threshold on go right, lower ones (and NaN) left [count × 7]. Infinity for a node without a
   * split, whose descendants all have its value.
   */
  readonly thresholds: Float32Array;
  /**
   * Value of every node, multiples of 2⁻³⁰ [count × 15]; 0 for a root. A tree's output is its leaf's; the
   * others are for attribution.
   */
  readonly values: Float32Array;
}

/** Trees without any. */
export function emptyTrees(count: number, rankWidth: number, stateWidth: number): Trees {
  return {
    count,
    rankWidth,
    stateWidth,
    columns: new Int32Array(count * TREE_SPLITS),
    thresholds: new Float32Array(count * TREE_SPLITS).fill(Infinity),
    values: new Float32Array(count * TREE_NODES),
  };
}

/** Views of the first trees. */
export function firstTrees(trees: Trees, count: number): Trees {
  return {
    ...trees,
    count,
    columns: trees.columns.subarray(0, count * TREE_SPLITS),
    thresholds: trees.thresholds.subarray(0, count * TREE_SPLITS),
    values: trees.values.subarray(0, count * TREE_NODES),
  };
}
