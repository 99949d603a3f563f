import type { Choice } from '../choices/choice.js';
import type { RankArm, RankModel, RankTable, RankWeights } from './rank-model.js';

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
  /** Number of rows that each phase was fitted on. */
  readonly rows: { readonly select: number; readonly fit: number };
}

/** Scores of the trained head's chosen candidate for rows of the test blocks, each by weights that had not seen it. */
export interface OutOfFold {
  /** Index of the symbol in the table. */
  readonly symbol: Int32Array;
  /** Row in that symbol's table. */
  readonly row: Int32Array;
  readonly score: Float32Array;
  /** The weights by test block, for rows that were thinned out. */
  readonly blocks: readonly { readonly start: number; readonly end: number; readonly weights: RankWeights }[];
}

/** What each candidate of the trained head would have shown on each date of the test blocks. */
export interface ReturnsByConfig {
  /** Day numbers, ascending. */
  readonly days: Int32Array;
  /** By candidate of the choice's grid: mean correlation of score and neutral target at 1 and 5 bars; NaN where undefined. */
  readonly figures: readonly Float32Array[];
}

/** Fits both heads of a cohort. */
export type FitRankModel = (table: RankTable, task: RankTask) => RankFit;
