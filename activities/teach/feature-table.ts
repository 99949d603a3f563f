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
  /** close[t + horizon] / close[t] − 1, NaN where the future is not there yet. */
  readonly forwardReturn: Float64Array;
  /**
   * How far the closes move over the label's bars, whichever way: ln of the root of the sum of squared log
   * returns per bar, measured by the threshold; NaN where the future is not there yet.
   */
  readonly forwardScale: Float64Array;
  /** 1 where forwardReturn > threshold. */
  readonly label: Uint8Array;
  /** Time of bar t + horizon, when the label is known; UNRESOLVED where the future is not there yet. */
  readonly resolvedAt: Int32Array;
}

export const UNRESOLVED = 0x7fff_ffff;

/** Real bars, or bars with the returns shuffled within each symbol, where nothing can be learnt. */
export type Arm = 'real' | 'placebo';
