/** Bars that the returns of outcomes.parquet are held, from entry. */
export const OUTCOME_HORIZONS = [1, 5, 10, 20] as const;

/**
 * What came after each predicted row, as columns of equal length, the schema of outcomes.parquet: one row per symbol
 * and date of the predictions, sorted by date and symbol.
 */
export interface OutcomeRows {
  readonly symbol: string[];
  /** As in the predictions. */
  readonly date: string[];
  /** Bar at whose open or close the trade is entered, as a date is written. */
  readonly entryDate: string[];
  /** In rupees, adjusted like the bars. */
  readonly entryPrice: number[];
  /**
   * A column for each of {@link OUTCOME_HORIZONS}: the return from entry to the close of the last bar held, as a
   * fraction, without barriers; NaN where it is unknown.
   */
  readonly returns: readonly number[][];
}

/**
 * What each predicted row is made neutral to, the schema of exposures.parquet: rows as in {@link OutcomeRows}. NaN
 * where the look-back is missing.
 */
export interface ExposureRows {
  readonly symbol: string[];
  readonly date: string[];
  /** Standard deviation of the daily log returns of the last sessions. */
  readonly volatility: number[];
  readonly beta: number[];
  readonly tradedValue: number[];
  /** Industry of the universe's member; null where it is unknown. */
  readonly sector: (string | null)[];
}

/** Simple factors of each predicted row, the schema of factors.parquet: rows as in {@link OutcomeRows}. */
export interface FactorRows {
  readonly symbol: string[];
  readonly date: string[];
  /** Names of the factors, in the order of the file's columns. */
  readonly names: readonly string[];
  /** A column for each factor; NaN where it is unknown. A greater value promises a greater return. */
  readonly values: readonly number[][];
}
