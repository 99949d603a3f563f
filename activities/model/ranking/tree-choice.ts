import { lowerBound } from '../../../data/bars/series.js';
import type { Choice } from '../choices/choice.js';
import type { TestBlock } from '../choices/folds.js';
import type { PhaseCheckpoint } from '../units/checkpoint.js';
import type { RankBasis } from './basis.js';
import type { JudgedFigures } from './choose-by-day.js';
import { NOT_JUDGED, chooseByDay } from './choose-by-day.js';
import type { DayFigures } from './day-means.js';
import { DayMeans } from './day-means.js';
import type { ScoreJudge } from './judge-scores.js';
import type { RankTable, RankWeights } from './rank-model.js';
import type { RankRows } from './rank-rows.js';
import type { RankTrees } from './rank-trees.js';
import { fitRankTrees } from './rank-trees.js';
import { TREE_SHARES } from './rank-grid.js';
import { scoreRows } from './score-rows.js';

const DEFAULT_SHARE = 1;

/** Test blocks that trees serve before they are fitted again: their fits are most of a cohort's time. */
const BLOCKS_PER_FIT = 4;

/** One arm of a rank model whose linear part is known. */
export interface TreeTask {
  readonly what: string;
  readonly table: RankTable;
  readonly basis: RankBasis;
  readonly rows: RankRows;
  /** What the weights are fitted to, row-major [n × H]. */
  readonly targets: Float32Array;
  /** Indices of the horizons whose mean target is predicted. */
  readonly blend: readonly number[];
  readonly tests: readonly TestBlock[];
  /** What is fitted on the first blocks. */
  readonly linear: (training: number) => LinearPart;
  readonly judge: ScoreJudge;
  readonly seed: readonly (string | number)[];
  readonly phase: (name: string) => PhaseCheckpoint;
  readonly onStep: (step: number, steps: number, loss: number) => void;
}

export interface LinearPart {
  readonly weights: RankWeights;
  /** Root mean square of its neutral prediction over the trained rows. */
  readonly spread: number;
}

/** Weights that had not seen the rows with a time in `[start, end)`, exchange minutes: they score them out of fold. */
export interface TestedBlock {
  readonly start: number;
  readonly end: number;
  readonly weights: RankWeights;
}

export interface TreeChoice {
  readonly choice: Choice;
  readonly returns: DayFigures;
  /** The test blocks, with trees where these were chosen. */
  readonly tested: readonly TestedBlock[];
}

/**
 * Chooses whether trees take part, by the test blocks: each is predicted by linear weights that are fitted on what was
 * resolved before it, and by trees that are fitted on what was resolved before it or one of the blocks just before.
 * They take part by default, unless the linear part alone is clearly better.
 */
export async function chooseTrees(task: TreeTask): Promise<TreeChoice> {
  const { basis, rows, table, tests } = task;
  const { times, starts, symbol, row } = rows;
  const timesOf = ({ start, end }: TestBlock): [number, number] => [
    lowerBound(times, start),
    lowerBound(times, end),
  ];
  const means = new DayMeans(
    TREE_SHARES.length,
    tests.flatMap((test) => Array.from(times.subarray(...timesOf(test)))),
  );
  const tested: RankWeights[][] = [];
  let judged = 0;
  let fitted: RankTrees | undefined;
  for (const [at, test] of tests.entries()) {
    const linear = task.linear(test.training);
    const alone = linear.weights;
    if (fitted === undefined || at % BLOCKS_PER_FIT === 0)
      fitted = await treesBefore(task, test.start, `test ${test.training}`);
    const both = averaged(linear, fitted);
    const shares = [alone, both];
    tested.push(shares);
    const [first, last] = timesOf(test);
    const [from, until] = [starts[first] ?? 0, starts[last] ?? 0];
    const some = { symbol: symbol.subarray(from, until), row: row.subarray(from, until) };
    const scores = shares.map((weights) => scoreRows(basis, weights, table.symbols, some));
    for (let time = first; time < last; time += 1) {
      const [start, end] = [starts[time] ?? 0, starts[time + 1] ?? 0];
      const own = scores.map((all) => all.subarray(start - from, end - from));
      const figures = task.judge(time, own);
      means.add(times[time] ?? NaN, figures);
      if (!Number.isNaN(figures[DEFAULT_SHARE])) judged += end - start;
    }
  }
  const returns = means.result();
  const choice = choiceOf(task.what, { ...returns, rows: judged });
  const blocks = tests.flatMap(({ start, end }, test) => {
    const weights = tested[test]?.[choice.chosen];
    return weights === undefined ? [] : [{ start, end, weights }];
  });
  return { choice, returns, tested: blocks };
}

/**
 * Weights whose score is the mean of two predictions of the same size: the linear one, and trees fitted on rows that
 * are resolved before a time.
 */
export async function withTrees(
  task: TreeTask,
  linear: LinearPart,
  before: number,
  name: string,
): Promise<RankWeights> {
  return averaged(linear, await treesBefore(task, before, name));
}

function treesBefore(
  { table, rows, targets, blend, seed, phase, onStep }: TreeTask,
  before: number,
  name: string,
): Promise<RankTrees> {
  const key = [...seed, name];
  const checkpoint = phase(key.join('/'));
  return fitRankTrees(table, { rows, targets, blend, before, seed: key, checkpoint, onStep });
}

function averaged(linear: LinearPart, { trees, spread }: RankTrees): RankWeights {
  // Without rows the linear part stays alone.
  if (!(spread > 0) || !(linear.spread > 0)) return linear.weights;
  const share = TREE_SHARES[DEFAULT_SHARE];
  const { weights, unit } = linear.weights;
  return {
    weights: weights.map((weight) => (1 - share) * weight),
    unit,
    trees: { trees, factor: Math.fround((share * linear.spread) / spread) },
  };
}

/** The declared share, for an arm whose trees are not fitted to test blocks. */
export function declaredShare(what: string): Choice {
  return choiceOf(what, NOT_JUDGED);
}

function choiceOf(what: string, judged: JudgedFigures): Choice {
  const configs = TREE_SHARES.map((trees) => ({ trees }));
  return chooseByDay(what, configs, DEFAULT_SHARE, judged);
}
