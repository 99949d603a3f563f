import { downloadTidy, tf } from '../tensorflow.js';
import { eachSymbol } from '../rows/by-symbol.js';
import { treeScores } from '../trees/tree-scores.js';
import { TREE_SHARES } from './rank-grid.js';
import type { RankTable, RankWeights } from './rank-model.js';
import type { RankRows } from './rank-rows.js';
import type { RankTrees } from './rank-trees.js';

export interface LinearPart {
  readonly weights: RankWeights;
  /** Root mean square of its neutral prediction over the trained rows. */
  readonly spread: number;
}

/**
 * Predicted ranks of the rows of some times with every share of trees, neutral at every time, column-major
 * [TREE_SHARES × rows].
 *
 * @param first Index of the first time.
 * @param last Index of the time after the last.
 */
export function sharedScores(
  { table, rows }: { readonly table: RankTable; readonly rows: RankRows },
  first: number,
  last: number,
  linear: LinearPart,
  trees: RankTrees,
): Float32Array {
  const { starts } = rows;
  const [from, until] = [starts[first] ?? 0, starts[last] ?? 0];
  const alone = linearRanks(rows, linear.weights.weights, from, until);
  const sums = treeSums(table, rows, trees, from, until);
  for (let time = first; time < last; time += 1) {
    const [start, end] = [starts[time] ?? 0, starts[time + 1] ?? 0];
    rows.sections.takeOut(time, sums.subarray(start - from, end - from));
  }
  const scores = new Float32Array(TREE_SHARES.length * alone.length);
  TREE_SHARES.forEach((share, place) => {
    const factor = treeFactor(share, linear, trees);
    const kept = factor === undefined ? 1 : 1 - share;
    for (let at = 0; at < alone.length; at += 1)
      scores[place * alone.length + at] = kept * (alone[at] ?? NaN) + (factor ?? 0) * (sums[at] ?? NaN);
  });
  return scores;
}

/** The linear part of rows, which is neutral as the design is. */
function linearRanks({ design }: RankRows, weights: Float32Array, from: number, until: number): Float32Array {
  const width = weights.length;
  if (from === until) return new Float32Array(0);
  return downloadTidy(() =>
    tf.matMul(
      tf.tensor2d(design.subarray(from * width, until * width), [until - from, width]),
      tf.tensor2d(weights, [width, 1]),
    ),
  );
}

/** Sums of the trees for rows, in their order. */
function treeSums(
  { symbols }: RankTable,
  { symbol, row }: Pick<RankRows, 'symbol' | 'row'>,
  { trees }: RankTrees,
  from: number,
  until: number,
): Float32Array {
  const sums = new Float32Array(until - from);
  const scored = { symbol: symbol.subarray(from, until), row: row.subarray(from, until) };
  eachSymbol(scored, symbols, ({ own: { ranks, state }, rows, places }) => {
    treeScores(trees, [{ ranks, state, rows }]).forEach((sum, place) => {
      sums[places[place] ?? 0] = sum;
    });
  });
  return sums;
}

/**
 * What trees are multiplied by to be a share of a score: both parts have the same size. Undefined without rows, where
 * the linear part stays alone.
 */
export function treeFactor(
  share: number,
  linear: LinearPart,
  { spread }: Pick<RankTrees, 'spread'>,
): number | undefined {
  if (!(spread > 0) || !(linear.spread > 0)) return undefined;
  return Math.fround((share * linear.spread) / spread);
}
