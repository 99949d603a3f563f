import { dayOfMinutes } from '../../../data/time/dates.js';
import { lowerBound } from '../../../data/bars/series.js';
import { distinct } from '../../stats/order.js';
import type { Choice } from '../choices/choice.js';
import type { WalkForward } from '../choices/folds.js';
import { walkForwardBlocks } from '../choices/folds.js';
import type { PriorPhase } from '../choices/phase.js';
import type { PhaseCheckpoint } from '../units/checkpoint.js';
import type { RankBasis } from './basis.js';
import { NOT_JUDGED, chooseByDay } from './choose-by-day.js';
import type { DayFigures } from './day-means.js';
import { gramSums } from './gram-sums.js';
import { headWeights } from './head-weights.js';
import type { RankCandidate } from './rank-grid.js';
import { BLENDS, DEFAULT_CANDIDATE, RANK_GRID, TREE_BLEND, TREE_SHARES, configOf } from './rank-grid.js';
import { RANK_ARMS } from './rank-model.js';
import type { RankArm, RankHead, RankModel, RankTable, RankWeights } from './rank-model.js';
import type { RankRows } from './rank-rows.js';
import { rankRows } from './rank-rows.js';
import type { TimedSums } from './training-sums.js';
import { trainingSums } from './training-sums.js';
import type { TestedScores, TreeTask } from './tree-choice.js';
import { chooseTrees, declaredShare, withTrees } from './tree-choice.js';
import { validateCandidates } from './validate-candidates.js';

export interface RankTask {
  /** Identifies the cohort in seeds. */
  readonly cohort: string;
  /** Seed of the run: of the permuted targets. */
  readonly seed: number;
  /** Start of the cohort's validation part, exchange minutes: every choice is made on earlier rows. */
  readonly validationStart: number;
  /** End of the cohort, exchange minutes: no later target is read. */
  readonly end: number;
  /** Whether the permuted head is used: not for placebo bars. */
  readonly permute: boolean;
  /** Called before each step. */
  readonly onStep?: (step: RankStep) => void;
  /** Checkpoint of each fit of trees. */
  readonly phase: (name: string) => PhaseCheckpoint;
  /** Called after each round of a fit of trees. */
  readonly onRound?: (round: number, rounds: number, loss: number) => void;
}

/** `choice` and `tree choice` are the cost of choosing alone. */
export type RankStep = 'rows' | 'sums' | 'choice' | 'tree choice' | 'weights';

export interface RankFit {
  readonly model: RankModel;
  readonly choices: Readonly<Record<RankArm, Choice>>;
  /** Whether trees take part. */
  readonly treeChoices: Readonly<Record<RankArm, Choice>>;
  /** Figures of both shares of the trees in the trained head. */
  readonly treeReturns: DayFigures;
  /** Of the trained head: every row of the test blocks. */
  readonly tested: TestedScores;
  /** What each candidate of the trained head would have shown on each date of the test blocks. */
  readonly returnsByConfig: DayFigures;
  /** Number of rows that each phase was fitted on. */
  readonly rows: { readonly select: number; readonly fit: number };
}

/**
 * Fits both heads of a cohort, each with a candidate of its own, chosen by its past alone. Nothing is fitted twice:
 * every regression follows from the same sums by block of time; the trees are fitted once for each test block and phase.
 *
 * @throws GurukulError Diverged when a weight is not finite; Cancelled.
 */
export async function fitRankModel(table: RankTable, task: RankTask): Promise<RankFit> {
  const { validationStart, end, permute, onStep } = task;
  onStep?.('rows');
  const rows = rankRows(table, task);
  const { basis } = rows;
  onStep?.('sums');
  const days = distinct(rows.times.map(dayOfMinutes));
  const folds = walkForwardBlocks(days, validationStart);
  const sums: TimedSums = {
    blocks: gramSums(rows, basis.terms.length, folds),
    sessions: [...folds.bounds, end].map((bound) => lowerBound(Int32Array.from(days), dayOfMinutes(bound))),
  };
  onStep?.('choice');
  const validated =
    folds.tests.length === 0
      ? {}
      : validateCandidates(
          basis,
          rows,
          sums,
          folds.tests,
          validationStart,
          permute ? RANK_ARMS : ['trained'],
        );
  const choices = {
    trained: choiceOf('rank head', validated.trained),
    permuted: choiceOf('rank head of permuted targets', validated.permuted),
  };
  const fitter: Fitter = { basis, rows, sums, folds };
  const treeTasks = {
    trained: treeTaskOf(table, fitter, task, choices.trained, 'trained'),
    permuted: treeTaskOf(table, fitter, task, choices.permuted, 'permuted'),
  };
  onStep?.('tree choice');
  const trees = await chooseTrees(treeTasks.trained);
  const treeChoices = { trained: trees.choice, permuted: declaredShare(treeTasks.permuted.what) };
  onStep?.('weights');
  const weightsUntil = (
    arm: RankArm,
    training: number,
    before: number,
    phase: PriorPhase,
  ): Promise<RankWeights> => finalWeights(treeTasks[arm], treeChoices[arm], training, before, phase);
  const [blocks, all] = [folds.bounds.length, folds.bounds.length + 1];
  const trained: RankHead = {
    blend: candidateOf(choices.trained).blend,
    select: await weightsUntil('trained', blocks, validationStart, 'select'),
    fit: await weightsUntil('trained', all, end, 'fit'),
  };
  // The permuted head predicts nothing but forward rows of real bars.
  const permuted: RankHead = {
    blend: candidateOf(choices.permuted).blend,
    select: treeTasks.permuted.linear(blocks).weights,
    fit: permute ? await weightsUntil('permuted', all, end, 'fit') : treeTasks.permuted.linear(all).weights,
  };
  return {
    model: { basis, trained, permuted },
    choices,
    treeChoices,
    treeReturns: trees.returns,
    tested: trees.tested,
    returnsByConfig: validated.trained ?? NOT_JUDGED,
    rows: {
      select: sums.blocks.slice(0, -1).reduce((sum, block) => sum + block.rows, 0),
      fit: sums.blocks.reduce((sum, block) => sum + block.rows, 0),
    },
  };
}

interface Fitter {
  readonly basis: RankBasis;
  readonly rows: RankRows;
  readonly sums: TimedSums;
  readonly folds: WalkForward;
}

function choiceOf(what: string, judged = NOT_JUDGED): Choice {
  return chooseByDay(what, RANK_GRID.map(configOf), DEFAULT_CANDIDATE, judged);
}

function candidateOf({ chosen }: Choice): RankCandidate {
  const candidate = RANK_GRID[chosen];
  if (candidate === undefined) throw new RangeError(`the grid has no candidate ${chosen}`);
  return candidate;
}

function treeTaskOf(
  table: RankTable,
  fitter: Fitter,
  { cohort, seed, validationStart, phase, onRound }: RankTask,
  choice: Choice,
  arm: RankArm,
): TreeTask {
  const { rows, folds } = fitter;
  const candidate = candidateOf(choice);
  return {
    what: arm === 'trained' ? 'trees of the rank head' : 'trees of the rank head of permuted targets',
    table,
    rows,
    targets: rows.targets[arm],
    blend: BLENDS[TREE_BLEND],
    tests: folds.tests,
    linear: (training) => {
      const weights = weightsOf(fitter, candidate, arm, training);
      return { weights, spread: spreadOf(fitter, weights, training) };
    },
    validationStart,
    seed: [seed, 'trees', cohort, arm],
    phase,
    onStep: (round, rounds, loss) => onRound?.(round, rounds, loss),
  };
}

/** The linear weights of the first blocks, with trees where these were chosen. */
function finalWeights(
  task: TreeTask,
  { chosen }: Choice,
  training: number,
  before: number,
  phase: PriorPhase,
): Promise<RankWeights> {
  const linear = task.linear(training);
  return TREE_SHARES[chosen] === 0 ? Promise.resolve(linear.weights) : withTrees(task, linear, before, phase);
}

/** @param training Number of blocks. */
function weightsOf(
  { basis, rows, sums }: Fitter,
  candidate: RankCandidate,
  arm: RankArm,
  training: number,
): RankWeights {
  const own = trainingSums(sums, training, candidate.halfLife, basis.terms.length, rows.horizons);
  return headWeights(basis, own, candidate, arm);
}

/** Root mean square of a linear prediction, made neutral at each time, over the rows of the first blocks: √(wᵀ·XᵀX·w / n). */
function spreadOf({ basis, rows, sums }: Fitter, { weights }: RankWeights, training: number): number {
  const width = basis.terms.length;
  const { gram, rows: count } = trainingSums(sums, training, Infinity, width, rows.horizons);
  const squares = quadraticForm(gram, weights);
  return Math.sqrt(squares / Math.max(1, count));
}

/** wᵀ·A·w. @param matrix Row-major. */
function quadraticForm(matrix: Float64Array, weights: Float32Array): number {
  const width = weights.length;
  let sum = 0;
  for (let a = 0; a < width; a += 1)
    for (let b = 0; b < width; b += 1)
      sum += (weights[a] ?? NaN) * (matrix[a * width + b] ?? NaN) * (weights[b] ?? NaN);
  return sum;
}
