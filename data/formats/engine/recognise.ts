import { COLUMN_NAMES, columnName } from '../column-names.js';
import type { BarFormat } from '../format.js';
import { FORMATS, findFormat } from '../index.js';
import { findByHeader, headerTrouble } from './header-columns.js';
import { findByPlace } from './no-header.js';
import type { Row } from './text-rows.js';
import { findByTickerNames, findByTickerRow } from './ticker-columns.js';

/** Where the values of one symbol are in a row. */
export interface ValueColumns {
  /** The ticker in the header; null if the header has none. */
  readonly ticker: string | null;
  /** Positions of open, high, low, close and volume. */
  readonly values: readonly number[];
}

/** How the rows of a file are read. Positions are -1 where there is no such column. */
export interface TableLayout {
  readonly format: BarFormat;
  /** Number of lines up to the end of the header. */
  readonly headerLines: number;
  /** The header's cells, in which column names are; empty without one. */
  readonly header: readonly string[];
  /** Cells that a row has at least. */
  readonly width: number;
  readonly time: number;
  /** What the time column is called, as {@link columnName} makes it. */
  readonly timeName: string;
  readonly timeOfDay: number;
  readonly symbol: number;
  readonly series: number;
  readonly values: readonly ValueColumns[];
  /** Columns whose trimmed cells decide whether a row is used. */
  readonly only: readonly { readonly column: number; readonly allows: (cell: string) => boolean }[];
}

/** The layout of a file, or what is wrong with its first lines. */
export type Recognised =
  { readonly layout: TableLayout } | { readonly code: 'empty_file' | 'bad_header'; readonly problem: string };

/**
 * Recognises the format of a table by its first lines.
 *
 * @param rows The first lines, with trimmed cells.
 * @param forced Name of the format that the user chose; absent: the first that fits.
 */
export function recognise(rows: readonly Row[], forced?: string): Recognised {
  if (rows.length === 0) return { code: 'empty_file', problem: 'is empty' };
  const formats = forced === undefined ? FORMATS : [findFormat(forced)].filter((one) => one !== undefined);
  const layout =
    inHeads(rows, formats, forced !== undefined) ??
    first(formats, (format) => {
      if (format.header === 'ticker-names') return findByTickerNames(rows, format);
      return format.header === 'none' ? findByPlace(rows, format, forced !== undefined) : undefined;
    });
  return layout === undefined ? headerTrouble(rows, forced) : { layout };
}

/** Finds a header with known names: the first line that has one, in the first format that it fits. */
function inHeads(
  rows: readonly Row[],
  formats: readonly BarFormat[],
  forced: boolean,
): TableLayout | undefined {
  for (const [index, head] of rows.entries()) {
    const names = headNames(head);
    if (names === undefined) continue;
    const around = rows.slice(Math.max(0, index - 1), index + 3);
    const layout = first(formats, (format) => {
      if (format.header === 'tickers') return findByTickerRow(around, format);
      return format.header === 'header'
        ? findByHeader(head, names, rows[index + 1], format, forced)
        : undefined;
    });
    if (layout !== undefined) return layout;
  }
  return undefined;
}

function first<Item, Result>(
  items: readonly Item[],
  find: (item: Item) => Result | undefined,
): Result | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Names of columns of bars, in any format. */
const KNOWN_NAMES = new Set(
  [COLUMN_NAMES, ...FORMATS.map(({ columns }) => columns ?? {})].flatMap((names) =>
    Object.values(names).flat(),
  ),
);
/** Fewer known names do not make a header. */
const MIN_NAMES = 3;

/** The names of columns in a row that may be a header; `$FORMAT` is AmiBroker's. */
function headNames({ cells }: Row): readonly string[] | undefined {
  if (cells[0]?.startsWith('$') === true) return undefined;
  // Most rows are bars: numbers are no names.
  if (cells.filter((cell) => NAME.test(cell)).length < MIN_NAMES) return undefined;
  const names = cells.map(columnName);
  return names.filter((name) => name !== '' && KNOWN_NAMES.has(name)).length < MIN_NAMES ? undefined : names;
}

const NAME = /^[<"( %]*(?:\d+\. )?[a-z]/i;

/** Whether a row repeats the header. */
export function isHeader(cells: readonly string[], { header, time, timeName }: TableLayout): boolean {
  return (
    columnName(cells[time] ?? '') === timeName &&
    timeName !== '' &&
    header.every((name, column) => columnName(cells[column] ?? '') === columnName(name))
  );
}
