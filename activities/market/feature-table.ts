/**
 * Features and labels of a whole universe, computed once per series and shared by every window.
 */
export interface FeatureTable {
  /** Names of the F features, in column order. */
  readonly names: readonly string[];
  /** Columns of the features that differ between symbols, ascending: see {@link SymbolTable.relative}. */
  readonly relativeColumns: readonly number[];
  /** Names of the K rank features, in column order. */
  readonly rankNames: readonly string[];
  /** Names of the S figures of the market's state, in column order. */
  readonly stateNames: readonly string[];
  /** Names of the simple factors, in column order. */
  readonly factorNames: readonly string[];
  /** Sorted by symbol. */
  readonly symbols: readonly SymbolTable[];
}

/** Rows of one symbol, one per bar. */
export interface SymbolTable {
  readonly symbol: string;
  /** Bar time in exchange minutes. */
  readonly time: Int32Array;
  /** Row-major [rows × F]. A row that is not complete (warm-up) is all NaN. */
  readonly features: Float32Array;
  /** 1 where every feature of the row is known. */
  readonly complete: Uint8Array;
  /** The relative features: these columns minus their mean over the members at the same time, row-major [rows × R]; NaN as above. */
  readonly relative: Float32Array;
  /**
   * Return from the entry (see `entryOf`) to the close of the last of `horizon` sessions (or slots of 5 minutes) held,
   * or to the first touch of a barrier; NaN where the label is not known, yet or ever.
   */
  readonly forwardReturn: Float64Array;
  /**
   * Realised volatility over the label's bars: ln(√Σ r² / threshold) with r the log return of a bar; NaN
   * where the label is not known.
   */
  readonly forwardScale: Float64Array;
  /** 0 or 1; see `labelBars`. */
  readonly label: Uint8Array;
  /**
   * When the label is decided: the time of the bar that ends its horizon, or of the first touch of a barrier;
   * UNRESOLVED where the label is not known.
   */
  readonly touchedAt: Int32Array;
  /**
   * When every target of the row is known, the forward scale included: the time of the bar that ends the horizon,
   * even where a barrier was touched earlier; UNRESOLVED where the label is not known.
   */
  readonly resolvedAt: Int32Array;
  /** 1 where the company was a member of the index at the bar's date. */
  readonly member: Uint8Array;
  /** Average uniqueness of the label among the labels of its symbol, in (0, 1]: see `averageUniqueness`. */
  readonly weight: Float32Array;
  /**
   * Centred ranks of the rank features among the members at the same time, row-major [rows × K], from −0.5 to 0.5; 0
   * where the feature's lookback is missing (masked), never NaN. Rows need not be complete.
   */
  readonly ranks: Float32Array;
  /** The state of the market, the same for all symbols at a time, row-major [rows × S]; 0 where it is not known. */
  readonly state: Float32Array;
  /** Simple factors, row-major [rows × factors]; NaN where unknown. A high value predicts a high return. */
  readonly factors: Float32Array;
  readonly exposures: Exposures;
  /** Null where unknown. */
  readonly sector: string | null;
  /** Returns from entry over `OUTCOME_HORIZONS`. */
  readonly outcomes: Outcomes;
  /**
   * By horizon of `OUTCOME_HORIZONS`: the centred rank of the return from entry among the members at the time, neutral
   * to the exposures, in about [−0.5, 0.5]; the centred rank itself where fewer than MIN_NEUTRAL_SYMBOLS members have a
   * return. NaN where the return is unknown, for non-members, and where fewer than MIN_RANKED_SYMBOLS have a return.
   */
  readonly targets: readonly Float32Array[];
  /**
   * The rows `[first, until)` as a table of their own, where that takes less than whole columns: of a stored table. Not
   * enumerable, so that a changed copy of a table does not have it.
   */
  readonly between?: (first: number, until: number) => SymbolTable;
}

/** What scores should be free of, by row, as of its session (intraday: of the session before); NaN where the lookback is missing. */
export interface Exposures {
  /** Standard deviation of log returns over 60 sessions, per session. */
  readonly volatility: Float32Array;
  /** Least-squares slope of log returns on those of the equal-weight market over 120 sessions. */
  readonly beta: Float32Array;
  /** Mean traded value of a session over 60 sessions, in rupees. */
  readonly tradedValue: Float32Array;
}

/** What a trade would have returned that each bar of a symbol led to. */
export interface Outcomes {
  /** Time of the entry bar, exchange minutes; UNRESOLVED where the symbol has no bar to enter at. */
  readonly entryTime: Int32Array;
  /** NaN where there is none. */
  readonly entryPrice: Float64Array;
  /** By horizon: return from the entry price to the close of the last bar held; NaN where it is not known, yet or ever. */
  readonly returns: readonly Float64Array[];
  /** By horizon: time of the last bar held; UNRESOLVED where the return is not known. */
  readonly resolvedAt: readonly Int32Array[];
}

export const UNRESOLVED = 0x7fff_ffff;

/** Real bars, or bars resampled at random from each symbol's own past, in which there is nothing to learn. */
export type Arm = 'real' | 'placebo';
