import { lowerBound } from '../../../data/bars/series.js';
import type { TestBlock } from '../choices/folds.js';
import type { RankModel, RankTable, RankWeights } from './rank-model.js';
import type { RankRows } from './rank-rows.js';
import { rankScores } from './rank-scores.js';

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

/**
 * @param model Of the chosen candidate.
 * @param weightsOf What is fitted on the rows that are resolved before a test block.
 */
export function outOfFold(
  table: RankTable,
  model: RankModel,
  { symbol, row, times, starts }: Pick<RankRows, 'symbol' | 'row' | 'times' | 'starts'>,
  tests: readonly TestBlock[],
  weightsOf: (test: TestBlock) => RankWeights,
): OutOfFold {
  const blocks = tests.map((test) => ({ start: test.start, end: test.end, weights: weightsOf(test) }));
  const rowAt = (time: number): number => starts[lowerBound(times, time)] ?? row.length;
  // Test blocks follow one another.
  const first = rowAt(tests[0]?.start ?? Infinity);
  const last = rowAt(tests.at(-1)?.end ?? Infinity);
  const score = new Float32Array(last - first);
  for (const { start, end, weights } of blocks) {
    const places = table.symbols.map((): number[] => []);
    for (let at = rowAt(start); at < rowAt(end); at += 1) places[symbol[at] ?? -1]?.push(at);
    const spans = table.symbols.map((own, place) => ({
      table: own,
      rows: Int32Array.from(places[place] ?? [], (at) => row[at] ?? -1),
    }));
    const trained = { ...model.trained, select: weights };
    rankScores({ ...model, trained }, 'select', spans).forEach((scores, place) =>
      scores.forEach((own, at) => (score[(places[place]?.[at] ?? NaN) - first] = own)),
    );
  }
  return { symbol: symbol.slice(first, last), row: row.slice(first, last), score, blocks };
}
