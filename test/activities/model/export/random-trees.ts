import type { Trees } from '../../../../activities/model/trees/trees.js';
import { TREE_NODES, TREE_SPLITS } from '../../../../activities/model/trees/trees.js';
import type { Random } from '../../../../data/random.js';

export const RANDOM_TREES = 40;

/**
 * Random trees: thresholds are those of ranks of 8 symbols, so that rows lie on them, or numbers beside them; some nodes
 * have no split.
 */
export function randomTrees(
  random: Random,
  rankWidth: number,
  stateWidth: number,
  count = RANDOM_TREES,
): Trees {
  const trees: Trees = {
    ...{ count, rankWidth, stateWidth },
    columns: new Int32Array(count * TREE_SPLITS),
    thresholds: new Float32Array(count * TREE_SPLITS),
    values: new Float32Array(count * TREE_NODES),
  };
  const fill = (tree: number, node: number, value: number | undefined): void => {
    if (node >= TREE_NODES) return;
    trees.values[tree * TREE_NODES + node] =
      node === 0 ? 0 : (value ?? Math.round(random.normal() * 0.01 * 2 ** 30) / 2 ** 30);
    const own = trees.values[tree * TREE_NODES + node];
    const whole = value !== undefined || random.uniform() < 0.15;
    if (node < TREE_SPLITS) {
      trees.columns[tree * TREE_SPLITS + node] = Math.floor(random.uniform() * (rankWidth + stateWidth));
      trees.thresholds[tree * TREE_SPLITS + node] = whole ? Infinity : thresholdOf(random);
    }
    for (const child of [2 * node + 1, 2 * node + 2]) fill(tree, child, whole ? own : undefined);
  };
  for (let tree = 0; tree < count; tree += 1) fill(tree, 0, undefined);
  return trees;
}

function thresholdOf(random: Random): number {
  const rank = (Math.floor(random.uniform() * 15) - 7) / 16;
  const place = random.uniform();
  return place < 0.5 ? rank : place < 0.75 ? rank + 1e-7 : rank - 1e-7;
}
