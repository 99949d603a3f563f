import type { Column } from './column.js';
import type { DateOrder } from './date-order.js';

/** The key of rows in a file that names no symbol. */
export const UNNAMED = '';

/** Rows without a bar: blank, NaN, a row of tickers, a note at the end. */
export interface LeftOutRow {
  readonly line: number;
  /** Exchange minutes; null without a time. */
  readonly time: number | null;
  /** Whether some prices are there and others are not. */
  readonly partial: boolean;
}

/** A row that cannot be read. */
export interface RowTrouble {
  readonly code: 'bad_row' | 'bad_timestamp';
  readonly line: number;
  /** Exchange minutes; null if they cannot be read. */
  readonly time: number | null;
  readonly problem: string;
}

/** The rows of one symbol in one file, in the order of the file. */
export interface SymbolRows {
  /** The symbol as the file writes it first. */
  readonly named: string;
  /** Exchange minutes. */
  readonly time: Column;
  /** Open, high, low, close, volume. */
  readonly values: readonly Column[];
  readonly line: Column;
  /** Series of each row (EQ, BE, …), as an index of `seriesNames`; empty if the file has no series. */
  readonly series: readonly number[];
  readonly leftOut: readonly LeftOutRow[];
  readonly troubles: readonly RowTrouble[];
}

/** What a table of bars holds. */
export interface TableRows {
  /** By key of the symbol, see `symbolKey`; {@link UNNAMED} if the file names none. */
  readonly symbols: ReadonlyMap<string, SymbolRows>;
  readonly seriesNames: readonly string[];
  /** Rows of symbols that are not wanted. */
  readonly unwanted: number;
  /** Rows of another market segment or exchange. */
  readonly otherSegment: number;
  /** Whether all, some or no rows have a time of day. */
  readonly timed: 'all' | 'some' | 'none';
  /** Whether times were converted from another zone. */
  readonly converted: boolean;
  readonly order: DateOrder | undefined;
  /** A date that can be read in two ways, if the file leaves open which is right: then no row has a time. */
  readonly openDate: string | undefined;
}
