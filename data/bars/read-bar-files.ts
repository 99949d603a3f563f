import { csvLines } from '../csv-table.js';
import type { Finding } from '../schemas/ingest.js';
import type { Interval } from '../schemas/run-choices.js';
import { parseBarTime } from './bar-time.js';
import type { FindingList } from './findings.js';
import { findingList } from './findings.js';
import type { BarSeries } from './series.js';

/** The expected header of a bar file; `date` or `datetime` may be used instead of `timestamp`. */
export const BAR_HEADER = 'timestamp,open,high,low,close,volume';

const TIME_COLUMNS = ['timestamp', 'datetime', 'date'] as const;
const VALUE_COLUMNS = ['open', 'high', 'low', 'close', 'volume'] as const;
const NUMBER = /^-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?$/;

export interface BarFile {
  /** Name of the file in messages. */
  readonly name: string;
  readonly text: string;
  /** The symbol in its rows, if it is not the requested one (a former symbol). */
  readonly symbol?: string;
}

/** The bars as they are in the files, neither sorted nor cleaned. */
export interface ReadBars {
  /** Null if a file has an error, or if there are no bars. Times may be in any order. */
  readonly series: BarSeries | null;
  readonly findings: readonly Finding[];
  /** `file:line` of a bar. */
  readonly place: (bar: number) => string;
  /** Index of the file that contains a bar. */
  readonly fileOf: (bar: number) => number;
}

/**
 * Reads the bars of one symbol from CSV files, one after the other. Columns are found by name, in any order and
 * case; other columns are ignored, except `symbol`, which must contain the requested symbol. Every error is reported
 * with file and line. Nothing is repaired: with one error there is no series.
 */
export function readBarFiles(files: readonly BarFile[], symbol: string, interval: Interval): ReadBars {
  const found = findingList();
  const time: number[] = [];
  const values: number[][] = VALUE_COLUMNS.map(() => []);
  const places: { readonly file: string; readonly lines: number[]; readonly first: number }[] = [];

  for (const { name, text, symbol: named = symbol } of files) {
    const [header, ...rows] = csvLines(text);
    const columns = findColumns(name, header?.cells ?? [], found);
    if (columns === undefined) continue;
    const lines: number[] = [];
    places.push({ file: name, lines, first: time.length });
    for (const { line, cells } of rows) {
      const bar = readRow(cells, columns, named, interval);
      if ('problem' in bar) {
        found.add('error', bar.code, `${name}:${line}: ${bar.problem}`);
        continue;
      }
      time.push(bar.minutes);
      bar.values.forEach((value, column) => values[column]?.push(value));
      lines.push(line);
    }
    if (rows.length === 0) found.add('warning', 'no_rows', `${name}: has a header but no bars`);
  }

  const fileOf = (bar: number): number =>
    places.findLastIndex(({ first, lines }) => bar >= first && bar < first + lines.length);
  const place = (bar: number): string => {
    const file = places[fileOf(bar)];
    return file === undefined ? symbol : `${file.file}:${file.lines[bar - file.first] ?? 0}`;
  };
  if (found.hasErrors() || time.length === 0) return { series: null, findings: found.all(), place, fileOf };
  const [open = [], high = [], low = [], close = [], volume = []] = values;
  return {
    series: {
      symbol,
      interval,
      time: Int32Array.from(time),
      open: Float64Array.from(open),
      high: Float64Array.from(high),
      low: Float64Array.from(low),
      close: Float64Array.from(close),
      volume: Float64Array.from(volume),
    },
    findings: found.all(),
    place,
    fileOf,
  };
}

/** Positions of the columns. */
interface Columns {
  readonly width: number;
  readonly time: number;
  readonly timeName: string;
  readonly values: readonly number[];
  /** -1 without such a column. */
  readonly symbol: number;
}

function findColumns(file: string, cells: readonly string[], found: FindingList): Columns | undefined {
  if (cells.length === 0) {
    found.add('error', 'empty_file', `${file}: is empty. Expected the header ${BAR_HEADER}`);
    return undefined;
  }
  const header = cells.map((cell) => cell.toLowerCase());
  const timeName = TIME_COLUMNS.find((name) => header.includes(name));
  const missing = [timeName ?? 'timestamp', ...VALUE_COLUMNS].filter((name) => !header.includes(name));
  const duplicates = header.filter((name, index) => name !== '' && header.indexOf(name) !== index);
  if (timeName === undefined || missing.length > 0) {
    found.add('error', 'bad_header', `${file}:1 ${headerProblem(cells, missing)}`);
    return undefined;
  }
  if (duplicates.length > 0) {
    found.add('error', 'bad_header', `${file}:1: duplicate column: ${duplicates.join(', ')}`);
    return undefined;
  }
  return {
    width: header.length,
    time: header.indexOf(timeName),
    timeName,
    values: VALUE_COLUMNS.map((name) => header.indexOf(name)),
    symbol: header.indexOf('symbol'),
  };
}

/** What is wrong with a header from which columns are missing. */
function headerProblem(cells: readonly string[], missing: readonly string[]): string {
  if (missing.length > VALUE_COLUMNS.length)
    return `has no header ${BAR_HEADER}; found ${cells.join(',').slice(0, 120)}`;
  const known = new Set<string>([...TIME_COLUMNS, ...VALUE_COLUMNS, 'symbol']);
  const others = cells.filter((cell) => cell !== '' && !known.has(cell.toLowerCase()));
  const columns = `column${missing.length === 1 ? '' : 's'} ${missing.join(', ')}`;
  return `lacks ${columns}${others.length === 0 ? '' : ` (found: ${others.join(', ').slice(0, 120)})`}`;
}

type Row =
  | { readonly minutes: number; readonly values: readonly number[] }
  | { readonly code: string; readonly problem: string };

function readRow(cells: readonly string[], columns: Columns, symbol: string, interval: Interval): Row {
  const stamp = cells[columns.time] ?? '';
  if (stamp.toLowerCase() === columns.timeName) {
    return { code: 'repeated_header', problem: 'the header is repeated here. Were two files joined?' };
  }
  if (cells.length !== columns.width) {
    return { code: 'bad_row', problem: `has ${cells.length} cells, but the header has ${columns.width}` };
  }
  const named = columns.symbol < 0 ? symbol : cells[columns.symbol];
  if (named !== symbol) {
    return {
      code: 'wrong_symbol',
      problem: `has a bar of ${named ?? 'no symbol'} in the file of ${symbol}. Are several symbols in one file?`,
    };
  }
  const time = parseBarTime(stamp, interval);
  if ('problem' in time) return time;
  const values: number[] = [];
  for (const [index, column] of columns.values.entries()) {
    const cell = cells[column] ?? '';
    if (!NUMBER.test(cell)) {
      const what = cell === '' ? 'is empty' : `is ${cell}, not a number`;
      return { code: 'bad_row', problem: `${VALUE_COLUMNS[index] ?? 'value'} ${what}` };
    }
    values.push(Number(cell));
  }
  return { minutes: time.minutes, values };
}
