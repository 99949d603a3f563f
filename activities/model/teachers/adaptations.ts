/**
 * How far a window's teacher may depart from its prior: along the first so many of its directions, with this
 * much shrinkage towards the prior.
 */
export interface Adaptation {
  readonly directions: number;
  /**
   * Ridge penalty of each coefficient, in units of the information of independent labels: 1 / σ², where σ is the
   * departure expected beforehand. Infinity: none.
   */
  readonly shrinkage: number;
}

/**
 * Directions of a head: a shift, then one for each part of its last layer. A part's coefficient is the relative change
 * of that part, so shifts of 0.1 (of a logit) and slopes changed by a tenth are equally likely beforehand.
 */
export const SHIFT_ONLY = 1;

/** Every departure is 0: the teacher is its prior. */
export const NO_ADAPTATION: Adaptation = { directions: 0, shrinkage: Infinity };

/**
 * The candidates of every window by head, the weakest first; the first is always no adaptation. Of a probability σ is
 * 0.07, 0.13 and 0.22: a window of 120 rows with labels of 5 bars has the information of about 5 labels, so that even
 * the weakest shrinkage keeps four fifths of the prior. Of a score it is 0.02, 0.04 and 0.07: a predicted rank is
 * rarely further from 0 than a few hundredths.
 */
export const ADAPTATIONS = {
  logistic: candidatesOf([200, 60, 20]),
  squared: candidatesOf([2500, 600, 200]),
} as const;

function candidatesOf(shrinkages: readonly number[]): readonly Adaptation[] {
  return [
    NO_ADAPTATION,
    ...shrinkages.map((shrinkage) => ({ directions: SHIFT_ONLY, shrinkage })),
    ...shrinkages.map((shrinkage) => ({ directions: Infinity, shrinkage })),
  ];
}

/** Number of candidates of a window, over both heads. */
export const WINDOW_TRIALS = ADAPTATIONS.logistic.length + ADAPTATIONS.squared.length;

/** Strength of an adaptation, 1 / shrinkage; 0 for the prior unchanged. */
export function strengthOf({ shrinkage }: Adaptation): number {
  return 1 / shrinkage;
}
