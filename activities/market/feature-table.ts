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
  /** The relative features: these columns minus their mean over the symbols at the same time, row-major [rows × R]; NaN as above. */
  readonly relative: Float32Array;
  /**
   * Return from the close: close[t + horizon] / close[t] − 1, or the return at the first touch of a
   * barrier; NaN while the label is unresolved.
   */
  readonly forwardReturn: Float64Array;
  /**
   * Realised volatility over the label's bars: ln(√Σ r² / threshold) with r the log return of a bar; NaN
   * while the label is unresolved.
   */
  readonly forwardScale: Float64Array;
  /** 0 or 1; see `labelBars`. */
  readonly label: Uint8Array;
  /**
   * When the label is decided: the time of bar t + horizon, or of the first touch of a barrier; UNRESOLVED
   * where the series ends before.
   */
  readonly touchedAt: Int32Array;
  /**
   * When every target of the row is known, the forward scale included: the time of bar t + horizon, even
   * where a barrier was touched earlier; UNRESOLVED where the series ends before.
   */
  readonly resolvedAt: Int32Array;
  /** Average uniqueness of the label among the labels of its symbol, in (0, 1]: see `averageUniqueness`. */
  readonly weight: Float32Array;
}

export const UNRESOLVED = 0x7fff_ffff;

/** Real bars, or bars resampled at random from each symbol's own past, in which there is nothing to learn. */
export type Arm = 'real' | 'placebo';
