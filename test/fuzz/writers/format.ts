import type { Random } from '../../../data/random.js';
import type { Bar, Kind, Row } from '../bar.js';
import { DAY, dayOf, isoDay } from '../bar.js';

/** One way to write bars, with everything drawn that may differ from file to file. */
export interface Format {
  /** As the project calls it. */
  readonly name: string;
  readonly kinds: readonly Kind[];
  /** Whether a file may hold many symbols: in rows, in columns side by side, or a file a day with all of them. */
  readonly many: 'no' | 'rows' | 'columns' | 'days';
  /** A bar with the numbers that such a file can hold. */
  readonly carry: (bar: Bar) => Bar;
  /** Whether a row may lack numbers. */
  readonly blanks: boolean;
  /** Whether it has a column of NSE series. */
  readonly series: boolean;
  /** Whether a line may repeat the header: where files are joined with `cat`. */
  readonly header: boolean;
  /** Codes of findings for what a file of a few rows may leave open: the order of day and month, decimal commas. */
  readonly leavesOpen: readonly string[];
  /** The newest row comes first. */
  readonly falling: boolean;
  readonly write: (rows: readonly Row[]) => string | Uint8Array;
  /** Name of a file of these rows, of one symbol if `symbol` is given. */
  readonly fileName: (symbol: string | undefined, rows: readonly Row[]) => string;
}

/** Draws how a file of this format looks. */
export type DrawFormat = (random: Random, kind: Kind) => Format;

export const DEFAULTS = {
  kinds: ['1day'],
  many: 'no',
  carry: rounded(2),
  blanks: false,
  series: false,
  header: true,
  leavesOpen: [],
  falling: false,
  fileName: (symbol) => `${symbol ?? 'all'}.csv`,
} as const satisfies Partial<Format>;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const two = (value: number): string => String(value).padStart(2, '0');

/** How a day can be written. */
export const DATES = {
  iso: (day: number): string => isoDay(day),
  compact: (day: number): string => isoDay(day).replaceAll('-', ''),
  named: (day: number): string => {
    const [year = '', month = '', date = ''] = isoDay(day).split('-');
    return `${date}-${MONTHS[Number(month) - 1] ?? ''}-${year}`;
  },
  dmy:
    (mark: string) =>
    (day: number): string =>
      isoDay(day).split('-').reverse().join(mark),
  mdy:
    (mark: string) =>
    (day: number): string => {
      const [year = '', month = '', date = ''] = isoDay(day).split('-');
      return [month, date, year].join(mark);
    },
  /** As a spreadsheet shows it, without leading zeros. */
  american: (day: number): string => {
    const [year = '', month = '', date = ''] = isoDay(day).split('-');
    return [Number(month), Number(date), year].join('/');
  },
  serial: (day: number): string => String(day + 25_569),
} as const;

/** `09:15` of a time in exchange minutes. */
export function clock(time: number): string {
  const minutes = time - DAY * dayOf(time);
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** The same moment on the clock of Greenwich. */
export function utc(time: number): number {
  return time - 330;
}

/** Prices with so many decimals. */
export function rounded(decimals: number): (bar: Bar) => Bar {
  const price = (value: number): number => Number(value.toFixed(decimals));
  return mapPrices(price, (volume) => volume);
}

/** Prices in four bytes, as many downloads have them. */
export const single = mapPrices(Math.fround, (volume) => volume);

export function mapPrices(
  price: (value: number) => number,
  volume: (value: number) => number,
): (bar: Bar) => Bar {
  return (bar) => ({
    time: bar.time,
    open: price(bar.open),
    high: price(bar.high),
    low: price(bar.low),
    close: price(bar.close),
    volume: volume(bar.volume),
  });
}

/** A number as a program prints it, or how a missing one is written. */
export function plain(missing = ''): (value: number | null) => string {
  return (value) => (value === null ? missing : String(value));
}

/** Two decimals, and commas between thousands where `locale` says. */
export function grouped(
  locale: 'en-US' | 'en-IN',
  decimals = 2,
  missing = '-',
): (value: number | null) => string {
  const format = new Intl.NumberFormat(locale, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return (value) => (value === null ? missing : format.format(value));
}

/** A table of cells as text. */
export function table(
  lines: readonly (readonly string[])[],
  { delimiter = ',', quoted = 'where needed' }: { delimiter?: string; quoted?: 'all' | 'where needed' } = {},
): string {
  const cell = (text: string): string =>
    quoted === 'all' || text.includes(delimiter) || text.includes('"')
      ? `"${text.replaceAll('"', '""')}"`
      : text;
  return lines.map((cells) => `${cells.map(cell).join(delimiter)}\n`).join('');
}

/** The first day of some rows. */
export function firstDay(rows: readonly Row[]): number {
  return dayOf(Math.min(...rows.map(({ time }) => time)));
}

/** Their last day. */
export function lastDay(rows: readonly Row[]): number {
  return dayOf(Math.max(...rows.map(({ time }) => time)));
}
