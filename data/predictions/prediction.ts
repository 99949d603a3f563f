/**
 * Where a predicted row stands: in the part of the history on which the model's choices were made and that it was not
 * fitted on, in the purged tail inside its window, or in the bars after it.
 */
export type Split = 'out_of_fold' | 'validation' | 'forward';

/**
 * Who predicted: the teachers of the real bars, their students, the teachers of the two kinds of placebo, or the students
 * of the teachers of placebo bars.
 */
export type Model = 'teacher' | 'student' | 'placebo' | 'permuted' | 'studentPlacebo';

/**
 * Predictions as columns of equal length, the schema of predictions.parquet: what every figure in a
 * bundle is computed from.
 */
export interface Predictions {
  readonly symbol: string[];
  /** Trading date of the bar, ISO; for intraday intervals followed by `THH:MM`. */
  readonly date: string[];
  /** Window label `SYMBOL_START_to_END`. */
  readonly window: string[];
  readonly model: Model[];
  readonly split: Split[];
  /** Probability that the label is 1. */
  readonly probability: number[];
  /** Expected return relative to comparable symbols, as a fraction: what ranks. Without a rank head, a logit. */
  readonly score: number[];
  readonly label: number[];
  /** Return over the label's horizon, as a fraction. */
  readonly forwardReturn: number[];
  /** Share of ones among the window's own training labels: what a model without features would say. */
  readonly baseRate: number[];
}

/** Columns without a row, for a caller to fill. */
export function emptyPredictions(): Predictions {
  return {
    symbol: [],
    date: [],
    window: [],
    model: [],
    split: [],
    probability: [],
    score: [],
    label: [],
    forwardReturn: [],
    baseRate: [],
  };
}

/** The cohort's dates `START_to_END` in a window's label `SYMBOL_START_to_END`; symbols hold no underscore. */
export function cohortOfWindow(window: string): string {
  return window.slice(window.indexOf('_') + 1);
}
