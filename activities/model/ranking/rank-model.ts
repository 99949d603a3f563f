import type { SymbolTable } from '../../market/feature-table.js';
import type { Outcomes } from '../../market/labels/outcomes.js';
import type { PriorPhase } from '../choices/phase.js';
import type { Trees } from '../trees/trees.js';
import type { RankBasis } from './basis.js';
import type { RankBlend } from './rank-grid.js';

/**
 * The part of the feature table that ranking is learnt from.
 */
export interface RankTable {
  /** Names of the K rank features, in column order. */
  readonly rankNames: readonly string[];
  /** Names of the S columns of the market's state. */
  readonly stateNames: readonly string[];
  /** Sorted by symbol. */
  readonly symbols: readonly RankSymbol[];
}

/** Rows of one symbol, one per bar. */
export interface RankSymbol
  extends
    RankInputs,
    Pick<SymbolTable, 'symbol' | 'time' | 'complete' | 'member' | 'resolvedAt' | 'exposures' | 'sector'> {
  /** Returns from entry at each of OUTCOME_HORIZONS. */
  readonly outcomes: Pick<Outcomes, 'returns' | 'resolvedAt'>;
  /** By horizon: the neutral rank of the return; NaN where it is not known. */
  readonly targets: readonly Float32Array[];
  /** As of `SymbolTable`. */
  readonly between?: (first: number, until: number) => RankSymbol;
}

/** What a score is computed from. */
export interface RankInputs {
  /** Centred ranks, row-major [rows × K], in [−0.5, 0.5]; 0 where unknown. */
  readonly ranks: Float32Array;
  /** State of the market at the time, row-major [rows × S]. */
  readonly state: Float32Array;
}

/**
 * Predicts a neutral rank of the return from entry, linearly in an explicit basis of ranks and by regression trees:
 * score = unit · (Σ weight · term + factor · Σ tree).
 */
export interface RankModel {
  readonly basis: RankBasis;
  readonly trained: RankHead;
  /** The same, choices included, with targets permuted among the symbols of a time: what chance alone would fit. */
  readonly permuted: RankHead;
}

/** Weights of one set of targets, by phase: `select` knows rows before the validation part, `fit` all of the cohort's past. */
export interface RankHead extends Readonly<Record<PriorPhase, RankWeights>> {
  /** Horizons that are predicted together. */
  readonly blend: RankBlend;
}

export interface RankWeights {
  /** One per term of the basis [B]. */
  readonly weights: Float32Array;
  /** Mean return over the blend's horizons, relative to the symbols of the time, per unit of predicted rank; above 0. */
  readonly unit: number;
  /** Absent: none. */
  readonly trees?: WeighedTrees;
}

/** Trees on the ranks and the state of the market, in the table's column order. */
export interface WeighedTrees {
  readonly trees: Trees;
  /** By which their sum is multiplied. */
  readonly factor: number;
}

/** Which head of a model. */
export type RankArm = 'trained' | 'permuted';

export const RANK_ARMS: readonly RankArm[] = ['trained', 'permuted'];
