import { lowerBound } from '../../../data/bars/series.js';
import type { TestBlock } from '../choices/folds.js';
import type { RankWeights } from './rank-model.js';
import type { RankRows } from './rank-rows.js';
import { scoreChunks } from './score-chunks.js';

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

/** @param weightsOf What is fitted on the rows that are resolved before a test block. */
export function outOfFold(
  rows: RankRows,
  tests: readonly TestBlock[],
  weightsOf: (test: TestBlock) => RankWeights,
): OutOfFold {
  const { symbol, row, times, starts } = rows;
  const blocks = tests.map((test) => ({ start: test.start, end: test.end, weights: weightsOf(test) }));
  // Test blocks follow one another.
  const first = starts[lowerBound(times, tests[0]?.start ?? Infinity)] ?? row.length;
  const last = starts[lowerBound(times, tests.at(-1)?.end ?? Infinity)] ?? row.length;
  const score = new Float32Array(last - first);
  for (const block of blocks) {
    const { weights, unit } = block.weights;
    for (const { from, scores } of scoreChunks(rows, block, { values: weights, columns: 1 }))
      score.set(
        scores.map((rank) => unit * rank),
        from - first,
      );
  }
  return { symbol: symbol.slice(first, last), row: row.slice(first, last), score, blocks };
}
