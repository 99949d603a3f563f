import { dayOfMinutes, isoDate } from '../../../data/time/dates.js';
import { lowerBound } from '../../../data/bars/series.js';
import type { Choice } from '../choices/choice.js';
import { keepUnlessBeaten } from '../choices/choice.js';
import type { WalkForward } from '../choices/folds.js';
import type { PriorPhase } from '../choices/phase.js';
import { walkForwardBlocks } from '../choices/folds.js';
import { pairedT } from '../choices/paired-t.js';
import type { RankBasis } from './basis.js';
import { meanFigure } from './day-means.js';
import { gramSums } from './gram-sums.js';
import { headWeights } from './head-weights.js';
import type { OutOfFold } from './out-of-fold.js';
import { outOfFold } from './out-of-fold.js';
import { rankBasis } from './rank-basis.js';
import type { RankCandidate } from './rank-grid.js';
import { DEFAULT_CANDIDATE, RANK_GRID, configOf } from './rank-grid.js';
import type { RankArm, RankHead, RankModel, RankTable, RankWeights } from './rank-model.js';
import type { RankRows } from './rank-rows.js';
import { rankRows } from './rank-rows.js';
import type { TimedSums } from './training-sums.js';
import { trainingSums } from './training-sums.js';
import type { ArmFigures } from './validate-candidates.js';
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
  /** Called before each step. */
  readonly onStep?: (step: RankStep) => void;
}

/** `choice` is the cost of choosing alone. */
export type RankStep = 'rows' | 'sums' | 'choice' | 'weights';

export interface RankFit {
  readonly model: RankModel;
  readonly choices: Readonly<Record<RankArm, Choice>>;
  readonly outOfFold: OutOfFold;
  readonly returnsByConfig: ReturnsByConfig;
  /** Chosen. */
  readonly candidates: Readonly<Record<RankArm, RankCandidate>>;
  /** What trees are fitted on and scaled to: see `addTrees`. */
  readonly trained: TrainedRows;
  /** Number of rows that each phase was fitted on. */
  readonly rows: { readonly select: number; readonly fit: number };
}

export interface TrainedRows extends Pick<
  RankRows,
  'symbol' | 'row' | 'lastResolvedAt' | 'horizons' | 'targets'
> {
  /** Root mean square of the linear prediction over the rows of each phase, each time's mean taken out. */
  readonly spreads: Readonly<Record<RankArm, Readonly<Record<PriorPhase, number>>>>;
}

/** What each candidate of the trained head would have shown on each date of the test blocks. */
export interface ReturnsByConfig {
  /** Day numbers, ascending. */
  readonly days: Int32Array;
  /** By candidate of the choice's grid: mean correlation of the score with neutral and plain targets at 1 and 5 bars; NaN where undefined. */
  readonly figures: readonly Float64Array[];
}

/**
 * Fits both heads of a cohort, each with a candidate of its own, chosen by its past alone. Nothing is fitted twice:
 * every regression follows from the same sums by block of time.
 *
 * @throws GurukulError Diverged when a weight is not finite.
 */
export function fitRankModel(table: RankTable, task: RankTask): RankFit {
  const { validationStart, end, onStep } = task;
  const basis = rankBasis(table);
  onStep?.('rows');
  const rows = rankRows(table, basis, task);
  onStep?.('sums');
  const days = Array.from(new Set(rows.times.map(dayOfMinutes)));
  const folds = walkForwardBlocks(days, validationStart);
  const sums: TimedSums = {
    blocks: gramSums(rows, basis.terms.length, folds),
    sessions: [...folds.bounds, end].map((bound) => lowerBound(Int32Array.from(days), dayOfMinutes(bound))),
  };
  onStep?.('choice');
  const validated =
    folds.tests.length === 0
      ? undefined
      : validateCandidates(basis, rows, sums, folds.tests, validationStart);
  const choices = {
    trained: choiceOf('rank head', validated?.trained),
    permuted: choiceOf('rank head of permuted targets', validated?.permuted),
  };
  onStep?.('weights');
  const fitter: Fitter = { basis, rows, sums, folds };
  const candidates = { trained: candidateOf(choices.trained), permuted: candidateOf(choices.permuted) };
  const { trained } = candidates;
  const model: RankModel = {
    basis,
    trained: headOf(fitter, trained, 'trained'),
    permuted: headOf(fitter, candidates.permuted, 'permuted'),
  };
  return {
    model,
    choices,
    candidates,
    trained: {
      symbol: rows.symbol,
      row: rows.row,
      lastResolvedAt: rows.lastResolvedAt,
      horizons: rows.horizons,
      targets: rows.targets,
      spreads: { trained: spreadsOf(fitter, model.trained), permuted: spreadsOf(fitter, model.permuted) },
    },
    outOfFold: outOfFold(table, model, rows, folds.tests, ({ training }) =>
      weightsOf(fitter, trained, 'trained', training),
    ),
    returnsByConfig: validated?.trained ?? { days: new Int32Array(0), figures: [] },
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

function choiceOf(what: string, validated: ArmFigures | undefined): Choice {
  const configs = RANK_GRID.map(configOf);
  if (validated === undefined) return keepUnlessBeaten(what, configs, DEFAULT_CANDIDATE);
  const { days, figures, rows } = validated;
  const isoOf = (day: number | undefined): string | null => (day === undefined ? null : isoDate(day));
  const standard = figures[DEFAULT_CANDIDATE] ?? new Float64Array(0);
  return keepUnlessBeaten(what, configs, DEFAULT_CANDIDATE, {
    figures: figures.map(meanFigure),
    advantages: figures.map((own) => pairedT(own, standard)),
    rows,
    dates: days.length,
    first: isoOf(days[0]),
    last: isoOf(days.at(-1)),
  });
}

function candidateOf({ chosen }: Choice): RankCandidate {
  const candidate = RANK_GRID[chosen];
  if (candidate === undefined) throw new RangeError(`the grid has no candidate ${chosen}`);
  return candidate;
}

function headOf(fitter: Fitter, candidate: RankCandidate, arm: RankArm): RankHead {
  const { bounds } = fitter.folds;
  return {
    blend: candidate.blend,
    select: weightsOf(fitter, candidate, arm, bounds.length),
    fit: weightsOf(fitter, candidate, arm, bounds.length + 1),
  };
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

/** See {@link TrainedRows}: √(wᵀ·XᵀX·w / n), whatever the weights' half-life. */
function spreadsOf({ basis, rows, sums, folds }: Fitter, head: RankHead): Record<PriorPhase, number> {
  const width = basis.terms.length;
  const spread = (phase: PriorPhase, training: number): number => {
    const { plain, rows: count } = trainingSums(sums, training, Infinity, width, rows.horizons);
    const { weights } = head[phase];
    let squares = 0;
    for (let a = 0; a < width; a += 1)
      for (let b = 0; b < width; b += 1)
        squares += (weights[a] ?? NaN) * (plain.gram[a * width + b] ?? NaN) * (weights[b] ?? NaN);
    return Math.sqrt(squares / Math.max(1, count));
  };
  const blocks = folds.bounds.length;
  return { select: spread('select', blocks), fit: spread('fit', blocks + 1) };
}
