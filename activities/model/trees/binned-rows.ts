import type { BinEdges } from './bins.js';

/** Bits of a bin: it is at most 30. */
export const BIN_BITS = 5;
/** Bins of a word. */
export const BINS_PER_WORD = 6;
export const WORD_BITS = BINS_PER_WORD * BIN_BITS;
/** Of a bin's bits. */
export const BIN_MASK = (1 << BIN_BITS) - 1;

/** Rows as bins. */
export interface BinnedRows {
  readonly edges: BinEdges;
  /**
   * Bins, six to a word, the first column in the lowest bits, row-major [count × words of a row]. A histogram of all
   * columns reads a row's words side by side and adds to a different cell each time: that takes a sixth of the time of
   * one column after another, and three fifths of that of a byte for each bin.
   */
  readonly words: Int32Array;
  readonly count: number;
  /** Columns. */
  readonly width: number;
}

/** Words of a row. */
export function wordsOf(width: number): number {
  return Math.ceil(width / BINS_PER_WORD);
}

/** Where a column's bin is within its row: `(words[word] >>> shift) & BIN_MASK`. */
export interface BinPlace {
  readonly word: number;
  readonly shift: number;
}

export function binPlace(column: number): BinPlace {
  return { word: Math.floor(column / BINS_PER_WORD), shift: BIN_BITS * (column % BINS_PER_WORD) };
}
