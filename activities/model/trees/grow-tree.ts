import type { NodeSums, Split } from './best-split.js';
import { findSplit, noSplit } from './best-split.js';
import type { BinnedRows } from './bins.js';
import { MAX_BINS } from './bins.js';
import { onFloat32Grid } from './exact-sums.js';
import { COLUMN_CELLS, countHistogram, subtractHistogram } from './histogram.js';
import type { TreeSettings } from './settings.js';
import type { Trees } from './trees.js';
import { TREE_NODES, TREE_SPLITS } from './trees.js';

/** Grows the trees of a fit; its memory is used again for every tree. */
export interface TreeGrower {
  /** Rows of the next tree: their number is given to `grow`. */
  readonly order: Int32Array;
  /** Weighted gradient (target − prediction) of every row, multiples of 2⁻³⁰. */
  readonly gradients: Float64Array;
  /** Grows one tree, depth by depth, and writes it into `trees`. */
  grow(trees: Trees, tree: number, count: number): void;
  /** Adds a tree's output to every row's prediction. */
  addOutputs(trees: Trees, tree: number, predictions: Float64Array): void;
}

/** A node while its tree grows: its rows are at places `from` to `until`. */
interface Node {
  from: number;
  until: number;
  readonly sums: NodeSums;
  readonly split: Split;
  readonly histogram: Float64Array;
}

/** @param weights Weight of every row, multiples of 2⁻³⁰. */
export function treeGrower(rows: BinnedRows, weights: Float64Array, settings: TreeSettings): TreeGrower {
  const { bins, width, edges } = rows;
  const { rate, ridge } = settings;
  const order = new Int32Array(rows.count);
  const goRight = new Int32Array(rows.count);
  const gradients = new Float64Array(rows.count);
  const nodes = Array.from({ length: TREE_NODES }, (_, place): Node => {
    const splits = place < TREE_SPLITS;
    return {
      from: 0,
      until: 0,
      sums: { gradient: 0, weight: 0 },
      split: noSplit(),
      histogram: new Float64Array(splits ? width * COLUMN_CELLS : 0),
    };
  });
  const node = (place: number): Node => {
    const found = nodes[place];
    if (found === undefined) throw new RangeError(`a tree has no node ${place}`);
    return found;
  };
  /** The step of a node's rows beyond that of all rows of the tree: there is no intercept. */
  const valueOf = ({ gradient, weight }: NodeSums): number => {
    const { sums } = node(0);
    return onFloat32Grid(rate * (gradient / (weight + ridge) - sums.gradient / (sums.weight + ridge)));
  };
  const count = ({ histogram, from, until }: Node): void =>
    countHistogram(histogram, rows, gradients, weights, order, from, until);

  /** Moves the rows of a node that go left before those that go right; both stay in order. */
  const partition = ({ from, until, split: { column, bin } }: Node): number => {
    let left = from;
    let moved = 0;
    for (let place = from; place < until; place += 1) {
      const row = order[place] ?? 0;
      if ((bins[row * width + column] ?? 0) <= bin) {
        order[left] = row;
        left += 1;
      } else {
        goRight[moved] = row;
        moved += 1;
      }
    }
    for (let place = 0; place < moved; place += 1) order[left + place] = goRight[place] ?? 0;
    return left;
  };

  /** Gives both children of a split node their sums and, where they may be split further, rows and histograms. */
  const divide = (parent: Node, left: Node, right: Node): void => {
    const { sums, split, from, until } = parent;
    left.sums.gradient = split.left.gradient;
    left.sums.weight = split.left.weight;
    right.sums.gradient = sums.gradient - split.left.gradient;
    right.sums.weight = sums.weight - split.left.weight;
    if (left.histogram.length === 0) return;
    const middle = partition(parent);
    [left.from, left.until, right.from, right.until] = [from, middle, middle, until];
    const [small, large] = middle - from <= until - middle ? [left, right] : [right, left];
    count(small);
    subtractHistogram(large.histogram, parent.histogram, small.histogram);
  };

  /** Splits a node and gives its children their values. @returns False when no split has a gain. */
  const splitNode = (trees: Trees, tree: number, place: number): boolean => {
    const [parent, left, right] = [node(place), node(2 * place + 1), node(2 * place + 2)];
    const { split, sums, histogram } = parent;
    findSplit(split, histogram, edges, sums, settings);
    if (split.column < 0) return false;
    const at = tree * TREE_SPLITS + place;
    trees.columns[at] = split.column;
    trees.thresholds[at] = edges.edges[split.column]?.[split.bin] ?? NaN;
    divide(parent, left, right);
    const first = tree * TREE_NODES + 2 * place + 1;
    trees.values[first] = valueOf(left.sums);
    trees.values[first + 1] = valueOf(right.sums);
    return true;
  };

  return {
    order,
    gradients,
    grow(trees, tree, rowCount) {
      const root = node(0);
      [root.from, root.until] = [0, rowCount];
      count(root);
      sumUp(root, gradients, weights, order);
      trees.values[tree * TREE_NODES] = 0;
      const open = [true];
      for (let place = 0; place < TREE_SPLITS; place += 1) {
        const done = open[place] === true && splitNode(trees, tree, place);
        open[2 * place + 1] = open[2 * place + 2] = done;
        if (!done) passOnValue(trees, tree, place);
      }
    },
    addOutputs(trees, tree, predictions) {
      const columns = trees.columns.subarray(tree * TREE_SPLITS, (tree + 1) * TREE_SPLITS);
      const values = trees.values.subarray(tree * TREE_NODES, (tree + 1) * TREE_NODES);
      const lastLeft = lastLeftBins(trees, tree, rows);
      for (let row = 0; row < rows.count; row += 1) {
        let place = 0;
        while (place < TREE_SPLITS) {
          const bin = bins[row * width + (columns[place] ?? 0)] ?? 0;
          place = 2 * place + (bin > (lastLeft[place] ?? 0) ? 2 : 1);
        }
        predictions[row] = (predictions[row] ?? 0) + (values[place] ?? 0);
      }
    },
  };
}

/** Makes a node without a split: its children have its value, whatever the row. */
function passOnValue({ columns, thresholds, values }: Trees, tree: number, place: number): void {
  columns[tree * TREE_SPLITS + place] = 0;
  thresholds[tree * TREE_SPLITS + place] = Infinity;
  const first = tree * TREE_NODES;
  values.fill(values[first + place] ?? NaN, first + 2 * place + 1, first + 2 * place + 3);
}

/** Sums of the rows of a node. */
function sumUp(
  { sums, from, until }: Node,
  gradients: Float64Array,
  weights: Float64Array,
  order: Int32Array,
): void {
  sums.gradient = 0;
  sums.weight = 0;
  for (let place = from; place < until; place += 1) {
    const row = order[place] ?? 0;
    sums.gradient += gradients[row] ?? 0;
    sums.weight += weights[row] ?? 0;
  }
}

/** For every node of a tree, the last bin whose rows go left. */
function lastLeftBins(trees: Trees, tree: number, { edges: { edges } }: BinnedRows): Int32Array {
  return Int32Array.from({ length: TREE_SPLITS }, (_, place) => {
    const at = tree * TREE_SPLITS + place;
    const threshold = trees.thresholds[at] ?? NaN;
    if (threshold === Infinity) return MAX_BINS;
    return (edges[trees.columns[at] ?? -1] ?? []).findIndex((edge) => edge === threshold);
  });
}
