import { doublesOf } from '../../../data/math/fill-columns.js';
import { lowerBound } from '../../../data/bars/series.js';
import type { Choice } from '../choices/choice.js';
import type { TestBlock } from '../choices/folds.js';
import type { PhaseCheckpoint } from '../units/checkpoint.js';
import type { JudgedFigures } from './choose-by-day.js';
import { NOT_JUDGED, chooseByDay } from './choose-by-day.js';
import type { DayFigures } from './day-means.js';
import { DayMeans } from './day-means.js';
import type { RankTable, RankWeights } from './rank-model.js';
import type { RankRows } from './rank-rows.js';
import type { RankTrees } from './rank-trees.js';
import { fitRankTrees } from './rank-trees.js';
import { TREE_SHARES } from './rank-grid.js';
import { judgedSection, sectionFigure } from './section-figures.js';
import type { LinearPart } from './shared-scores.js';
import { sharedScores, treeFactor } from './shared-scores.js';

const DEFAULT_SHARE = 1;

/** Test blocks that trees serve before they are fitted again: their fits are most of a cohort's time. */
const BLOCKS_PER_FIT = 4;

/** One arm of a rank model whose linear part is known. */
export interface TreeTask {
  readonly what: string;
  readonly table: RankTable;
  readonly rows: RankRows;
  /** What the weights are fitted to, row-major [n × H]. */
  readonly targets: Float32Array;
  /** Indices of the horizons whose mean target is predicted. */
  readonly blend: readonly number[];
  readonly tests: readonly TestBlock[];
  /** What is fitted on the first blocks. */
  readonly linear: (training: number) => LinearPart;
  /** Targets that resolve later are not looked at, exchange minutes. */
  readonly validationStart: number;
  readonly seed: readonly (string | number)[];
  readonly phase: (name: string) => PhaseCheckpoint;
  readonly onStep: (step: number, steps: number, loss: number) => void;
}

/** Scores of the rows of the test blocks, in order of time, by weights that had not seen them: neutral at every time. */
export interface TestedScores extends Pick<RankRows, 'symbol' | 'row'> {
  readonly score: Float32Array;
}

export interface TreeChoice {
  readonly choice: Choice;
  readonly returns: DayFigures;
  /** With trees where these were chosen. */
  readonly tested: TestedScores;
}

/**
 * Chooses whether trees take part, by the test blocks: each is predicted by linear weights that are fitted on what was
 * resolved before it, and by trees that are fitted on what was resolved before it or one of the blocks just before.
 * They take part by default, unless the linear part alone is clearly better.
 */
export async function chooseTrees(task: TreeTask): Promise<TreeChoice> {
  const { rows, targets, tests, validationStart } = task;
  const { times, starts, symbol, row } = rows;
  const firstTime = lowerBound(times, tests[0]?.start ?? Infinity);
  const endTime = lowerBound(times, tests.at(-1)?.end ?? -Infinity);
  const [from, until] = [starts[firstTime] ?? 0, starts[endTime] ?? 0];
  const means = new DayMeans(TREE_SHARES.length, times.subarray(firstTime, endTime));
  const scores = TREE_SHARES.map(() => new Float32Array(Math.max(0, until - from)));
  let judged = 0;
  let fitted: RankTrees | undefined;
  for (const [at, test] of tests.entries()) {
    const linear = task.linear(test.training);
    if (fitted === undefined || at % BLOCKS_PER_FIT === 0)
      fitted = await treesBefore(task, test.start, `test ${test.training}`);
    const [first, last] = [lowerBound(times, test.start), lowerBound(times, test.end)];
    const block = sharedScores(task, first, last, linear, fitted);
    const count = (starts[last] ?? 0) - (starts[first] ?? 0);
    scores.forEach((own, share) => {
      const scored = block.subarray(share * count, (share + 1) * count);
      own.set(
        scored.map((rank) => linear.weights.unit * rank),
        (starts[first] ?? 0) - from,
      );
    });
    for (let time = first; time < last; time += 1) {
      const [start, end] = [starts[time] ?? 0, starts[time + 1] ?? 0];
      const section = judgedSection(rows, targets, start, end, validationStart);
      if (section === undefined) continue;
      judged += end - start;
      const scored = { values: block, rows: count, row: start - (starts[first] ?? 0) };
      means.add(
        times[time] ?? NaN,
        doublesOf(TREE_SHARES, (_, share) => sectionFigure(scored, section, share)),
      );
    }
  }
  const returns = means.result();
  const choice = choiceOf(task.what, { ...returns, rows: judged });
  return {
    choice,
    returns,
    tested: {
      symbol: symbol.subarray(from, until),
      row: row.subarray(from, until),
      score: scores[choice.chosen] ?? new Float32Array(0),
    },
  };
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
  const share = TREE_SHARES[DEFAULT_SHARE];
  const factor = treeFactor(share, linear, { spread });
  if (factor === undefined) return linear.weights;
  const { weights, unit } = linear.weights;
  return { weights: weights.map((weight) => (1 - share) * weight), unit, trees: { trees, factor } };
}

/** The declared share, for an arm whose trees are not fitted to test blocks. */
export function declaredShare(what: string): Choice {
  return choiceOf(what, NOT_JUDGED);
}

function choiceOf(what: string, judged: JudgedFigures): Choice {
  const configs = TREE_SHARES.map((trees) => ({ trees }));
  return chooseByDay(what, configs, DEFAULT_SHARE, judged);
}
