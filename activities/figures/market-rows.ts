/** Outcomes of every predicted (symbol, date), as columns: outcomes.parquet. Null: unknown. */
export interface OutcomeRows {
  readonly symbol: readonly string[];
  readonly date: readonly string[];
  /** Bar of the entry. */
  readonly entryDate: readonly (string | null)[];
  readonly entryPrice: readonly (number | null)[];
  /** Returns from entry over 1, 5, 10 and 20 bars, without barriers, as fractions. */
  readonly return1: readonly (number | null)[];
  readonly return5: readonly (number | null)[];
  readonly return10: readonly (number | null)[];
  readonly return20: readonly (number | null)[];
}

/** What every predicted (symbol, date) is exposed to, as columns: exposures.parquet. Null: unknown. */
export interface ExposureRows {
  readonly symbol: readonly string[];
  readonly date: readonly string[];
  readonly volatility: readonly (number | null)[];
  readonly beta: readonly (number | null)[];
  /** Mean value traded a session over 60 sessions, in rupees. */
  readonly tradedValue: readonly (number | null)[];
  readonly sector: readonly (string | null)[];
}

/** Names of the simple factors that scores are compared with, in the order of the tables. */
export const FACTOR_NAMES = [
  'reversal1',
  'reversal5',
  'sectorReversal',
  'momentum',
  'lowVolatility',
  'factorSum',
] as const;
export type FactorName = (typeof FACTOR_NAMES)[number];

/** Simple factors of every predicted (symbol, date), as columns: factors.parquet. Null: unknown. */
export type FactorRows = {
  readonly symbol: readonly string[];
  readonly date: readonly string[];
} & Readonly<Record<FactorName, readonly (number | null)[]>>;

/** What the figures need besides predictions. */
export interface MarketRows {
  readonly outcomes: OutcomeRows;
  readonly exposures: ExposureRows;
  readonly factors: FactorRows;
}
