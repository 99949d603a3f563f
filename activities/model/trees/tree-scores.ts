import type { TreeRows } from './bins.js';
import { countOf } from './bins.js';
import type { Trees } from './trees.js';
import { TREE_NODES, TREE_SPLITS } from './trees.js';

/**
 * Sum of the trees' outputs for the rows of all parts, one part after another [n]. Exact, so a row's score
 * depends on nothing but the row.
 */
export function treeScores(trees: Trees, parts: readonly TreeRows[]): Float64Array {
  const { count, rankWidth, stateWidth, columns, thresholds, values } = trees;
  const scores = new Float64Array(countOf(parts));
  const width = rankWidth + stateWidth;
  const cells = new Float32Array(width);
  let at = 0;
  for (const { ranks, state, rows } of parts)
    for (let place = 0; place < rows.length; place += 1) {
      const row = rows[place] ?? -1;
      for (let column = 0; column < rankWidth; column += 1)
        cells[column] = ranks[row * rankWidth + column] ?? NaN;
      for (let column = 0; column < stateWidth; column += 1)
        cells[rankWidth + column] = state[row * stateWidth + column] ?? NaN;
      let sum = 0;
      for (let tree = 0, split = 0, value = 0; tree < count; tree += 1) {
        let node = 0;
        while (node < TREE_SPLITS) {
          const right = (cells[columns[split + node] ?? 0] ?? NaN) >= (thresholds[split + node] ?? NaN);
          node = 2 * node + (right ? 2 : 1);
        }
        sum += values[value + node] ?? NaN;
        split += TREE_SPLITS;
        value += TREE_NODES;
      }
      scores[at] = sum;
      at += 1;
    }
  return scores;
}

/**
 * Splits scores into the columns' parts: every split on the path of a row gives its column the difference
 * between the values of the child and of the node (Saabas 2014).
 *
 * @returns Row-major [n × columns]; a row's parts add up to its score, exactly.
 */
export function treeContributions(trees: Trees, parts: readonly TreeRows[]): Float64Array {
  const width = trees.rankWidth + trees.stateWidth;
  const contributions = new Float64Array(countOf(parts) * width);
  let start = 0;
  for (const part of parts)
    for (let place = 0; place < part.rows.length; place += 1) {
      const row = part.rows[place] ?? -1;
      for (let tree = 0; tree < trees.count; tree += 1) {
        const values = tree * TREE_NODES;
        let node = 0;
        while (node < TREE_SPLITS) {
          const cell = start + (trees.columns[tree * TREE_SPLITS + node] ?? 0);
          const child = childOf(trees, tree, node, part, row);
          const change = (trees.values[values + child] ?? NaN) - (trees.values[values + node] ?? NaN);
          contributions[cell] = (contributions[cell] ?? NaN) + change;
          node = child;
        }
      }
      start += width;
    }
  return contributions;
}

/** The child that a row of a part goes to from a node. */
function childOf(
  { rankWidth, stateWidth, columns, thresholds }: Trees,
  tree: number,
  node: number,
  { ranks, state }: TreeRows,
  row: number,
): number {
  const at = tree * TREE_SPLITS + node;
  const column = columns[at] ?? 0;
  const value =
    column < rankWidth ? ranks[row * rankWidth + column] : state[row * stateWidth + column - rankWidth];
  return 2 * node + ((value ?? NaN) >= (thresholds[at] ?? NaN) ? 2 : 1);
}
