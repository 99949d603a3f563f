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
  const [splits, nodes] = [TREE_SPLITS, TREE_NODES];
  const end = count * splits;
  const scores = new Float64Array(countOf(parts));
  const width = rankWidth + stateWidth;
  // Two rows at once take less time than one after another.
  const cells = new Float32Array(2 * width);
  let at = 0;
  for (const { ranks, state, rows } of parts) {
    const part = { ranks, state };
    for (let place = 0; place < rows.length; place += 2) {
      const pair = place + 1 < rows.length;
      copyRow(cells, 0, part, rows[place] ?? -1, rankWidth, stateWidth);
      if (pair) copyRow(cells, width, part, rows[place + 1] ?? -1, rankWidth, stateWidth);
      let sum = 0;
      let next = 0;
      for (let split = 0, value = 0; split < end; split += splits, value += nodes) {
        const column = columns[split] ?? 0;
        const threshold = thresholds[split] ?? NaN;
        const right = Number((cells[column] ?? NaN) >= threshold);
        const nextRight = Number((cells[width + column] ?? NaN) >= threshold);
        sum += values[value + leafOf(columns, thresholds, split, right, cells, 0)] ?? NaN;
        next += values[value + leafOf(columns, thresholds, split, nextRight, cells, width)] ?? NaN;
      }
      scores[at] = sum;
      if (pair) scores[at + 1] = next;
      at += pair ? 2 : 1;
    }
  }
  return scores;
}

/** Copies a row's ranks and state. @param first Index of its first cell. */
function copyRow(
  cells: Float32Array,
  first: number,
  { ranks, state }: Pick<TreeRows, 'ranks' | 'state'>,
  row: number,
  rankWidth: number,
  stateWidth: number,
): void {
  const rank = row * rankWidth;
  for (let column = 0; column < rankWidth; column += 1) cells[first + column] = ranks[rank + column] ?? NaN;
  const figure = row * stateWidth;
  for (let column = 0; column < stateWidth; column += 1)
    cells[first + rankWidth + column] = state[figure + column] ?? NaN;
}

/**
 * The leaf that a row reaches. The depth of 3 is written out without branches: which way a row goes cannot be foreseen,
 * and a wrong guess of the processor takes longer than the comparisons.
 *
 * @param split Index of the tree's first split.
 * @param right 1: that sends the row right; 0: left.
 * @param first Index of the row's first cell.
 */
function leafOf(
  columns: Int32Array,
  thresholds: Float32Array,
  split: number,
  right: number,
  cells: Float32Array,
  first: number,
): number {
  const a = split + 1 + right;
  const below = 3 + 2 * right + Number((cells[first + (columns[a] ?? 0)] ?? NaN) >= (thresholds[a] ?? NaN));
  const b = split + below;
  return 1 + 2 * below + Number((cells[first + (columns[b] ?? 0)] ?? NaN) >= (thresholds[b] ?? NaN));
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
