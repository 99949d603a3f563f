import type { Split } from './best-split.js';
import { findSplit, noSplit } from './best-split.js';
import type { BinnedRows } from './binned-rows.js';
import { onFloat32Grid } from './exact-sums.js';
import { countHistogram, histogramCells, histogramSum, subtractHistogram } from './histogram.js';
import { partition } from './partition.js';
import { packedRows, packedSteps, packingOf, packRows } from './packed-sums.js';
import type { TreeSettings } from './settings.js';
import type { Trees } from './trees.js';
import { TREE_NODES, TREE_SPLITS } from './trees.js';

/** Grows the trees of a fit; its memory is used again for every tree. */
export interface TreeGrower {
  /** Rows of the next tree: their number is given to `grow`. */
  readonly order: Int32Array;
  /** Gradient (target − prediction) of every row of the next tree, which packs them in place. */
  readonly gradients: Float64Array;
  /** Grows one tree, depth by depth, and writes it into `trees`. */
  grow(trees: Trees, tree: number, count: number): void;
}

/** A node while its tree grows: its rows are at places `from` to `until`. */
interface Node {
  from: number;
  until: number;
  /** Packed sum of its rows. */
  sum: number;
  readonly split: Split;
  readonly histogram: Float64Array;
}

export function treeGrower(rows: BinnedRows, settings: TreeSettings): TreeGrower {
  const { width, edges } = rows;
  const { rate, ridge } = settings;
  const order = new Int32Array(rows.count);
  const spare = new Int32Array(rows.count);
  const gradients = new Float64Array(rows.count);
  let packing = packingOf(0, 0);
  const nodes = Array.from({ length: TREE_NODES }, (_, place): Node => {
    const splits = place < TREE_SPLITS;
    return {
      from: 0,
      until: 0,
      sum: 0,
      split: noSplit(),
      histogram: new Float64Array(splits ? histogramCells(width) : 0),
    };
  });
  const node = (place: number): Node => {
    const found = nodes[place];
    if (found === undefined) throw new RangeError(`a tree has no node ${place}`);
    return found;
  };
  const stepOf = ({ sum }: Node): number => {
    const count = packedRows(packing, sum);
    return packedSteps(packing, sum, count) / packing.steps / (count + ridge);
  };
  /** The step of a node's rows beyond that of all rows of the tree: there is no intercept. */
  const valueOf = (own: Node): number => onFloat32Grid(rate * (stepOf(own) - stepOf(node(0))));
  const count = ({ histogram, from, until }: Node): void =>
    countHistogram(histogram, rows, gradients, order, from, until);

  /** Gives both children of a split node their sums and, where they may be split further, rows and histograms. */
  const divide = (parent: Node, left: Node, right: Node): void => {
    const { sum, split, from, until } = parent;
    left.sum = split.left;
    right.sum = sum - split.left;
    if (left.histogram.length === 0) return;
    const middle = partition(rows, split, order, from, until, spare);
    [left.from, left.until, right.from, right.until] = [from, middle, middle, until];
    const [small, large] = middle - from <= until - middle ? [left, right] : [right, left];
    count(small);
    subtractHistogram(large.histogram, parent.histogram, small.histogram);
  };

  /** Splits a node and gives its children their values. @returns False when no split has a gain. */
  const splitNode = (trees: Trees, tree: number, place: number): boolean => {
    const [parent, left, right] = [node(place), node(2 * place + 1), node(2 * place + 2)];
    const { split, sum, histogram } = parent;
    findSplit(split, histogram, edges, packing, sum, settings);
    if (split.column < 0) return false;
    const at = tree * TREE_SPLITS + place;
    trees.columns[at] = split.column;
    trees.thresholds[at] = edges.edges[split.column]?.[split.bin] ?? NaN;
    divide(parent, left, right);
    const first = tree * TREE_NODES + 2 * place + 1;
    trees.values[first] = valueOf(left);
    trees.values[first + 1] = valueOf(right);
    return true;
  };

  return {
    order,
    gradients,
    grow(trees, tree, rowCount) {
      const root = node(0);
      [root.from, root.until] = [0, rowCount];
      packing = packingOf(rowCount, largestOf(gradients, order, rowCount));
      packRows(gradients, packing, order, rowCount);
      count(root);
      root.sum = histogramSum(root.histogram);
      trees.values[tree * TREE_NODES] = 0;
      const open = [true];
      for (let place = 0; place < TREE_SPLITS; place += 1) {
        const done = open[place] === true && splitNode(trees, tree, place);
        open[2 * place + 1] = open[2 * place + 2] = done;
        if (!done) passOnValue(trees, tree, place);
      }
    },
  };
}

/** Largest size of some rows' gradients. */
function largestOf(gradients: Float64Array, order: Int32Array, count: number): number {
  let largest = 0;
  for (let place = 0; place < count; place += 1) {
    const size = Math.abs(gradients[order[place] ?? 0] ?? 0);
    if (size > largest) largest = size;
  }
  return largest;
}

/** Makes a node without a split: its children have its value, whatever the row. */
function passOnValue({ columns, thresholds, values }: Trees, tree: number, place: number): void {
  columns[tree * TREE_SPLITS + place] = 0;
  thresholds[tree * TREE_SPLITS + place] = Infinity;
  const first = tree * TREE_NODES;
  values.fill(values[first + place] ?? NaN, first + 2 * place + 1, first + 2 * place + 3);
}
