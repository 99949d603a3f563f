import type { DateFormat } from '../schemas/run-choices.js';

/** What a column of a table of bars holds. */
export const ROLES = [
  'time',
  'timeOfDay',
  'symbol',
  'series',
  'open',
  'high',
  'low',
  'close',
  'volume',
] as const;
export type Role = (typeof ROLES)[number];

/** Columns of a bar that hold numbers, in the order in which they are kept. */
export const VALUES = ['open', 'high', 'low', 'close', 'volume'] as const;

/**
 * How the columns of a format are found:
 *
 * - `header`: by the names in one header line, anywhere in the first lines of the file;
 * - `tickers`: a line of field names and a line of tickers, in either order, then often a line with `Date` alone;
 * - `ticker-names`: each name in the header holds field and ticker, such as `Close_RELIANCE.NS`;
 * - `none`: no header; columns are known by their place.
 */
export type HeaderKind = 'header' | 'tickers' | 'ticker-names' | 'none';

/**
 * One way in which a tool writes bars: everything that is to be known to read it. The engine (`engine/`) reads every
 * format from its description.
 */
export interface BarFormat {
  /** Its name for `--format` and in reports. */
  readonly name: string;
  /** Who writes such files, in a few words. */
  readonly from: string;
  readonly header: HeaderKind;
  /**
   * Names of the columns by role, as {@link columnName} makes them; several names are alternatives, the first that is
   * there is taken. Absent: the names in `column-names.ts`. Roles in `optional` need not be there.
   */
  readonly columns?: Readonly<Partial<Record<Role, readonly string[]>>>;
  /** It is recognised by the columns of one of these lists; absent: by the columns of all its roles. */
  readonly signs?: readonly (readonly string[])[];
  /** A file with one of these columns is in another format. */
  readonly without?: readonly string[];
  /** Columns by place, for files without a header; the first list whose cells look right is taken. */
  readonly places?: readonly (readonly Role[])[];
  /** How the first time in the file looks, if that tells the format. */
  readonly firstTime?: RegExp;
  /** Rows are used only if these columns, where they are there, have one of these values. */
  readonly only?: Readonly<Record<string, readonly string[]>>;
  /** Prices are divided by this. */
  readonly priceScale?: number;
  /** Order of day and month that the tool writes always: taken where a file leaves it open. */
  readonly dateOrder?: DateFormat;
  /** Dates and times as they look, for documentation. */
  readonly dates: string;
  /** Names that files have as the tool writes them, for documentation. */
  readonly files: string;
  /** Whether prices are adjusted for corporate actions as the tool writes them. */
  readonly adjusted: 'no' | 'splits' | 'splits and dividends' | 'unknown';
  /** What else a user should know. */
  readonly notes?: string;
}
