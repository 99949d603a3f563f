import type { ChoiceConfig } from '../choices/choice.js';

/** What is chosen about a rank model. */
export interface RankCandidate extends RidgeShares {
  /** Sessions after which an old row counts half; Infinity: all rows count the same. */
  readonly halfLife: number;
  /** Horizons whose targets are averaged. */
  readonly blend: RankBlend;
}

/**
 * Ridge penalties in proportion to the rows: at a share of 1 a penalty equals the rows' own sum of squares, and half of
 * a weight's estimate is left.
 */
export interface RidgeShares {
  /** Of the ranks themselves. */
  readonly linear: number;
  /** Of the non-linear terms, as a multiple of that; Infinity: there are none. */
  readonly nonLinear: number;
}

/**
 * Penalties are never below those of this many rows, about a hundred sessions of fifty symbols. With fewer the factor
 * sum takes the place of what cannot be learnt: its weight is shrunk towards a part of its prior one.
 */
export const LEAST_ROWS = 5000;

export type RankBlend = keyof typeof BLENDS;

/** Indices into OUTCOME_HORIZONS. */
export const BLENDS = { '1+5': [0, 1], '1+5+10+20': [0, 1, 2, 3] } as const;
export const BLEND_NAMES = ['1+5+10+20', '1+5'] as const satisfies readonly RankBlend[];

const LINEAR = [10, 3, 1, 0.3];
const NON_LINEAR = [Infinity, 3, 1];
export const HALF_LIVES: readonly number[] = [Infinity, 250];

/** Every pair of ridge shares: these use the same sums. */
export const SHARES: readonly RidgeShares[] = LINEAR.flatMap((linear) =>
  NON_LINEAR.map((nonLinear) => ({ linear, nonLinear })),
);

/** The grid, the most cautious first. A candidate's place follows from those of its parts: see {@link candidateAt}. */
export const RANK_GRID: readonly RankCandidate[] = SHARES.flatMap((shares) =>
  HALF_LIVES.flatMap((halfLife) => BLEND_NAMES.map((blend) => ({ ...shares, halfLife, blend }))),
);

/** Index in {@link RANK_GRID}. */
export function candidateAt(shares: number, halfLife: number, blend: number): number {
  return (shares * HALF_LIVES.length + halfLife) * BLEND_NAMES.length + blend;
}

/**
 * Kept unless another candidate is clearly better. From a study of real daily bars before 2022, 372 days walked forward:
 * three times as much penalty as data, and three times that on what is not linear, was better at 5 bars than as much as
 * data and ten times that, by two standard errors; less was worse; no half-life or blend was better. Longer horizons
 * have less noise.
 */
export const DEFAULT_CANDIDATE = RANK_GRID.findIndex(
  ({ linear, nonLinear, halfLife, blend }) =>
    linear === 3 && nonLinear === 3 && halfLife === Infinity && blend === '1+5+10+20',
);

/** A candidate as the bundle shows it. */
export function configOf({ linear, nonLinear, halfLife, blend }: RankCandidate): ChoiceConfig {
  const orOff = (value: number): number | string => (Number.isFinite(value) ? value : 'off');
  return { linear, nonLinear: orOff(nonLinear), halfLife: orOff(halfLife), blend };
}

/** Shares of the trees in a score: none, or an average of two standardised predictions (Bates and Granger 1969). */
export const TREE_SHARES = [0, 1 / 2] as const;

/**
 * Horizons whose mean target the trees predict. In the study of bars before 2022 those of 1 and 5 bars were no worse
 * neutrally and better by two standard errors raw than all four; what is only 10 or 20 bars ahead is left to the ridge.
 */
export const TREE_BLEND: RankBlend = '1+5';
