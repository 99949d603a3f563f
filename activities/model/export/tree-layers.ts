import type { Trees } from '../trees/trees.js';
import { TREE_NODES, TREE_SPLITS } from '../trees/trees.js';
import type { tf } from '../tensorflow.js';
import type { WeighedColumns } from './layers.js';
import { clippedLayer, denseLayer } from './layers.js';

/**
 * 2⁶⁴: slope of a comparison, which is 0 from the threshold on and 1 from 1 / slope below it: exact for every two float32
 * numbers that are further apart than 5e-20. A power of two, so that it rounds nothing.
 */
export const STEP_SLOPE = 0x1_0000_0000 * 0x1_0000_0000;

/** A side of a comparison that a row is on. */
interface Condition {
  readonly comparison: number;
  readonly below: boolean;
}

interface Leaf {
  readonly path: readonly Condition[];
  readonly value: number;
}

/** Trees as layers: Σ weight · column + constant is the sum of the trees. */
export interface TreeLayers {
  /** Indicators of the leaves; none where no tree splits. */
  readonly leaves: WeighedColumns | undefined;
  readonly constant: number;
}

/**
 * Regression trees as three layers: whether a column is below a threshold, by min(1, max(0, slope · (threshold −
 * value))); which leaf a row is in, by relu(conditions that hold on its path − (their number − 1)); and the values of
 * the leaves as weights. A row on a threshold goes right, as in the trees.
 *
 * @param columns Ranks, then state [K + S].
 */
export function treeLayers(columns: tf.SymbolicTensor, trees: Trees): TreeLayers {
  const comparisons: { readonly column: number; readonly threshold: number }[] = [];
  const places = new Map<string, number>();
  const comparisonOf = (column: number, threshold: number): number => {
    const key = `${column} ${threshold}`;
    const place = places.get(key) ?? comparisons.push({ column, threshold }) - 1;
    places.set(key, place);
    return place;
  };
  const leaves = Array.from({ length: trees.count }, (_, tree) => leavesOf(trees, tree, comparisonOf)).flat();
  const split = leaves.filter(({ path }) => path.length > 0);
  const constant = leaves.reduce((sum, { path, value }) => sum + (path.length === 0 ? value : 0), 0);
  if (split.length === 0) return { leaves: undefined, constant };
  const distances = denseLayer(
    'tree_distances',
    columns,
    comparisons.map(({ threshold }) => STEP_SLOPE * threshold),
    (from, to) => (comparisons[to]?.column === from ? -STEP_SLOPE : 0),
  );
  const below = clippedLayer('tree_below', distances, 1);
  const conditions = split.map(
    ({ path }) => new Map(path.map((condition) => [condition.comparison, condition.below ? 1 : -1])),
  );
  const indicators = denseLayer(
    'tree_leaves',
    below,
    split.map(({ path }) => 1 - path.filter((condition) => condition.below).length),
    (from, to) => conditions[to]?.get(from) ?? 0,
    'relu',
  );
  return { leaves: { columns: indicators, weights: split.map(({ value }) => value) }, constant };
}

/** The leaves of a tree that rows can reach. */
function leavesOf(
  { columns, thresholds, values }: Trees,
  tree: number,
  comparisonOf: (column: number, threshold: number) => number,
): Leaf[] {
  const from = (node: number, path: readonly Condition[]): Leaf[] => {
    if (node >= TREE_SPLITS) return [{ path, value: values[tree * TREE_NODES + node] ?? NaN }];
    const threshold = thresholds[tree * TREE_SPLITS + node] ?? NaN;
    // No value reaches the threshold of a node without a split.
    if (threshold === Infinity) return from(2 * node + 1, path);
    const comparison = comparisonOf(columns[tree * TREE_SPLITS + node] ?? -1, threshold);
    // A comparison that a node above made has an answer already.
    const known = path.find((condition) => condition.comparison === comparison);
    const side = (below: boolean): Leaf[] => {
      const child = 2 * node + (below ? 1 : 2);
      if (known !== undefined) return known.below === below ? from(child, path) : [];
      return from(child, [...path, { comparison, below }]);
    };
    return [...side(true), ...side(false)];
  };
  return from(0, []);
}
