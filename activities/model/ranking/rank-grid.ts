import type { ChoiceConfig } from '../choices/choice.js';

/** What is chosen about a rank model. */
export interface RankCandidate {
  /** Ridge strength of the ranks themselves; Infinity: the prior mean alone. */
  readonly linear: number;
  /** Ridge strength of the non-linear terms; Infinity: none. */
  readonly nonLinear: number;
  /** Sessions after which an old row counts half; Infinity: all rows count the same. */
  readonly halfLife: number;
  /** Horizons whose targets are averaged. */
  readonly blend: RankBlend;
}

export type RankBlend = keyof typeof BLENDS;

/** Indices into OUTCOME_HORIZONS. */
export const BLENDS = { '1+5': [0, 1], '1+5+10+20': [0, 1, 2, 3] } as const;

export const BLEND_NAMES = ['1+5', '1+5+10+20'] as const satisfies readonly RankBlend[];

/*
 * A strength's unit is a row: with independent rows, this many leave half of a weight's estimate. A weight of a
 * hundredth, which is an information coefficient of a hundredth, is as likely as not at a strength of 10,000.
 */
const LINEAR = [Infinity, 100_000, 30_000, 10_000];
const NON_LINEAR = [Infinity, 30_000, 10_000];
export const HALF_LIVES: readonly number[] = [Infinity, 500, 250];

/** Every pair of ridge strengths: these share a matrix of sums. */
export const STRENGTHS: readonly Pick<RankCandidate, 'linear' | 'nonLinear'>[] = LINEAR.flatMap((linear) =>
  NON_LINEAR.map((nonLinear) => ({ linear, nonLinear })),
);

/** The grid, the most cautious first. A candidate's place follows from those of its parts: see {@link candidateAt}. */
export const RANK_GRID: readonly RankCandidate[] = STRENGTHS.flatMap((strengths) =>
  HALF_LIVES.flatMap((halfLife) => BLEND_NAMES.map((blend) => ({ ...strengths, halfLife, blend }))),
);

/** Index in {@link RANK_GRID}. */
export function candidateAt(strength: number, halfLife: number, blend: number): number {
  return (strength * HALF_LIVES.length + halfLife) * BLEND_NAMES.length + blend;
}

/**
 * Taken where a cohort's past is too short to choose by: from a study of real daily bars before 2022, in which all
 * strengths from 10,000 to 100,000 and all blends ranked about equally well.
 */
export const DEFAULT_CANDIDATE = RANK_GRID.findIndex(
  ({ linear, nonLinear, halfLife, blend }) =>
    linear === 30_000 && nonLinear === 30_000 && halfLife === Infinity && blend === '1+5',
);

/** A candidate as the bundle shows it. */
export function configOf({ linear, nonLinear, halfLife, blend }: RankCandidate): ChoiceConfig {
  const orOff = (value: number): number | string => (Number.isFinite(value) ? value : 'off');
  return { linear: orOff(linear), nonLinear: orOff(nonLinear), halfLife: orOff(halfLife), blend };
}
