/**
 * Features and labels of a whole universe, computed once per series and shared by every window.
 */
export interface FeatureTable {
  /** Names of the F features, in column order. */
  readonly names: readonly string[];
  /** Columns of the features that differ from symbol to symbol, rising: see {@link SymbolTable.relative}. */
  readonly relativeColumns: readonly number[];
  /** Sorted by symbol. */
  readonly symbols: readonly SymbolTable[];
}

/** Rows of one symbol, one a bar. */
export interface SymbolTable {
  readonly symbol: string;
  /** Bar time in exchange minutes. */
  readonly time: Int32Array;
  /** Row-major [rows × F]. A row that is not complete (warm-up) is all NaN. */
  readonly features: Float32Array;
  /** 1 where every feature of the row is known. */
  readonly complete: Uint8Array;
  /** The relative columns less their mean over the symbols at the same time, row-major [rows × R]; NaN as above. */
  readonly relative: Float32Array;
  /**
   * What a buyer at the close would have made: close[t + horizon] / close[t] − 1, or up to the first touch
   * of a barrier; NaN where the future is not there yet.
   */
  readonly forwardReturn: Float64Array;
  /**
   * How far the closes move over the label's bars, whichever way: ln of the root of the sum of squared log
   * returns per bar, measured by the threshold; NaN where the future is not there yet.
   */
  readonly forwardScale: Float64Array;
  /** 0 or 1; see `labelBars`. */
  readonly label: Uint8Array;
  /**
   * When the label is decided: the time of bar t + horizon, or of the first touch of a barrier; UNRESOLVED
   * where the future is not there yet.
   */
  readonly touchedAt: Int32Array;
  /**
   * When all that is learnt from the row is known, its forward scale too: the time of bar t + horizon,
   * whatever was touched before; UNRESOLVED where the future is not there yet.
   */
  readonly resolvedAt: Int32Array;
  /** Average uniqueness of the label among those of its symbol, in (0, 1]: see `averageUniqueness`. */
  readonly weight: Float32Array;
}

export const UNRESOLVED = 0x7fff_ffff;

/** Real bars, or bars drawn anew from each symbol's own past, where nothing can be learnt. */
export type Arm = 'real' | 'placebo';
