import type { ChoiceConfig } from '../choices/choice.js';

/** How the probability of a student is learnt. */
export interface ProbabilityCandidate {
  /** Of the soft labels: what is matched is the logit divided by it (Hinton, Vinyals and Dean, 2015). */
  readonly temperature: number;
  /** Share of the soft loss in the sum of both. */
  readonly soft: number;
  /** Ridge penalty of a weight as a share of the rows' own sum of squares. */
  readonly ridge: number;
}

/** How the score of a student is learnt. */
export type ScoreCandidate = Omit<ProbabilityCandidate, 'temperature'>;

/** By what rows are weighted beside their teachers' spread. */
export type RewardKind = 'none' | 'linear' | 'exponential';

export const TEMPERATURES = [1, 4] as const;
const SOFT_SHARES = [1, 0.5];
const RIDGES = [0.1, 0.01];

/** The most cautious first. */
export const PROBABILITY_GRID: readonly ProbabilityCandidate[] = TEMPERATURES.flatMap((temperature) =>
  SOFT_SHARES.flatMap((soft) => RIDGES.map((ridge) => ({ temperature, soft, ridge }))),
);

/**
 * The most cautious first. Without soft labels the targets are mostly noise, which takes more penalty: three times the
 * rows' own sum of squares, the default of the rank head.
 */
export const SCORE_GRID: readonly ScoreCandidate[] = [
  ...SOFT_SHARES.flatMap((soft) => RIDGES.map((ridge) => ({ soft, ridge }))),
  { soft: 0, ridge: 3 },
];

/** Defaults: soft labels as they are, and the stronger penalty. */
export const DEFAULT_PROBABILITY = 0;
export const DEFAULT_SCORE = 0;

/** Ridge of what is learnt from hard labels alone: see {@link SCORE_GRID}; half of a weight's estimate is left for the probability. */
export const HARD_PROBABILITY_RIDGE = 1;
export const HARD_SCORE = SCORE_GRID.findIndex(({ soft }) => soft === 0);

/** Words of the choices, with the figures that they are made by. */
export const PROBABILITY_CHOICE = 'student: probability (figure: minus the out-of-fold mean log-loss)';
export const SCORE_CHOICE = 'student: score (figure: out-of-fold correlation with the neutral target)';
export const REWARD_CHOICE =
  'student: reward weights (figure: out-of-fold correlation with the neutral target)';

export const REWARD_KINDS: readonly RewardKind[] = ['none', 'linear', 'exponential'];

/** A candidate as the bundle shows it. */
export function candidateAsJson(candidate: ProbabilityCandidate | ScoreCandidate): ChoiceConfig {
  return { ...candidate };
}
