/**
 * Features and labels of a whole universe, computed once per series and shared by every window.
 */
export interface FeatureTable {
  /** Names of the F features, in column order. */
  readonly names: readonly string[];
  /** Columns of the features that differ between symbols, ascending: see {@link SymbolTable.relative}. */
  readonly relativeColumns: readonly number[];
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
   * Return from the close to that of the bar `horizon` sessions (or slots of 5 minutes) later, or at the first touch
   * of a barrier; NaN where the label is not known, yet or ever.
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
}

export const UNRESOLVED = 0x7fff_ffff;

/** Real bars, or bars resampled at random from each symbol's own past, in which there is nothing to learn. */
export type Arm = 'real' | 'placebo';
