/** Where a predicted row stands: in the purged tail inside its window, or in the bars after it. */
export type Split = 'validation' | 'forward';

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
  readonly split: Split[];
  /** Probability that the label is 1. */
  readonly probability: number[];
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
    split: [],
    probability: [],
    label: [],
    forwardReturn: [],
    baseRate: [],
  };
}
