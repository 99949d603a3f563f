import { lowerBound } from '../../../data/bars/series.js';
import type { TestBlock } from '../choices/folds.js';
import type { RankBasis } from './basis.js';
import type { RankTable, RankWeights } from './rank-model.js';
import type { RankRows } from './rank-rows.js';
import { scoreRows } from './score-rows.js';

/** Scores of the trained head's chosen candidate for rows of the test blocks, each by weights that had not seen it. */
export interface OutOfFold {
  /** Index of the symbol in the table; rows are in order of time, then of symbol. */
  readonly symbol: Int32Array;
  /** Row in that symbol's table. */
  readonly row: Int32Array;
  readonly score: Float32Array;
  /** The weights by test block, for rows that were thinned out. */
  readonly blocks: readonly ScoredBlock[];
}

/** Rows with a time in `[start, end)` are scored by these weights. */
export interface ScoredBlock {
  readonly start: number;
  readonly end: number;
  readonly weights: RankWeights;
}

/** @param weights By test block: what is fitted on the rows that are resolved before it. */
export function outOfFold(
  { symbols }: RankTable,
  basis: RankBasis,
  { symbol, row, times, starts }: Pick<RankRows, 'symbol' | 'row' | 'times' | 'starts'>,
  tests: readonly TestBlock[],
  weights: readonly RankWeights[],
): OutOfFold {
  const rowAt = (time: number): number => starts[lowerBound(times, time)] ?? row.length;
  const blocks = tests.flatMap(({ start, end }, test): ScoredBlock[] => {
    const own = weights[test];
    return own === undefined ? [] : [{ start, end, weights: own }];
  });
  // Test blocks follow one another.
  const first = rowAt(tests[0]?.start ?? Infinity);
  const last = rowAt(tests.at(-1)?.end ?? Infinity);
  const score = new Float32Array(last - first);
  for (const { start, end, weights: own } of blocks) {
    const [from, until] = [rowAt(start), rowAt(end)];
    const some = { symbol: symbol.subarray(from, until), row: row.subarray(from, until) };
    score.set(scoreRows(basis, own, symbols, some), from - first);
  }
  return { symbol: symbol.slice(first, last), row: row.slice(first, last), score, blocks };
}
