import type { DecodedArray } from 'hyparquet';
import { parquetMetadata, parquetRead } from 'hyparquet';

import { GurukulError, errorMessage } from '../errors.js';
import { decodeDates, isIntraday } from './date-column.js';
import type { ParquetBounds } from './parquet-limits.js';
import { requireParquetLimits } from './parquet-limits.js';

/** A table as its file has it: columns of values that are not checked yet. */
export interface ParquetTable {
  /** What it is, in messages. */
  readonly what: string;
  readonly rows: number;
  /** By name, in the order of the file. */
  readonly columns: ReadonlyMap<string, readonly unknown[]>;
  /** Columns of dates with times of day. */
  readonly intraday: ReadonlySet<string>;
}

/** A file that is a table, of which any rows can be read. */
export interface OpenTable {
  readonly rows: number;
  /**
   * Reads rows, with all columns or with some.
   *
   * @param part Rows `[start, end)`; absent: all.
   * @throws GurukulError ChecksumMismatch when the bytes are damaged.
   */
  read(part?: {
    readonly start: number;
    readonly end: number;
    readonly columns?: string[];
  }): Promise<ParquetTable>;
}

/**
 * Reads a whole table.
 *
 * @param what Plural, in messages: `predictions`.
 * @throws GurukulError ChecksumMismatch when the bytes are not a whole Parquet file, or one that claims too much.
 */
export async function readTable(
  bytes: Uint8Array,
  what: string,
  bounds: ParquetBounds = {},
): Promise<ParquetTable> {
  return openTable(bytes, what, bounds).read();
}

/** Opens a table without reading a row: the same checks as {@link readTable} of a file's footer and page headers. */
export function openTable(bytes: Uint8Array, what: string, bounds: ParquetBounds = {}): OpenTable {
  // A view may stand in the middle of a pooled buffer: hyparquet wants the file's own memory.
  const file = Uint8Array.from(bytes).buffer;
  const { metadata, elements } = whole(what, () => {
    const metadata = parquetMetadata(file);
    requireParquetLimits(file, metadata, bounds);
    const elements = metadata.schema.slice(1);
    if (new Set(elements.map(({ name }) => name)).size !== elements.length)
      throw new Error('it has two columns of one name');
    return { metadata, elements };
  });
  const rows = Number(metadata.num_rows);
  return {
    rows,
    async read({ start, end, columns: names } = { start: 0, end: rows }) {
      const wanted = elements.filter(({ name }) => names?.includes(name) ?? true);
      const columns = new Map<string, unknown[]>(wanted.map(({ name }) => [name, []]));
      const chunks: { readonly name: string; readonly start: number; readonly data: DecodedArray }[] = [];
      try {
        await parquetRead({
          file,
          metadata,
          ...{ rowStart: start, rowEnd: end, ...(names === undefined ? {} : { columns: names }) },
          onChunk: ({ columnName, columnData, rowStart }) => {
            chunks.push({ name: columnName, start: rowStart, data: columnData });
          },
        });
        chunks.sort((a, b) => a.start - b.start);
        for (const { name, data, start: first } of chunks) {
          const column = columns.get(name);
          // A chunk is a page, which may begin before the rows and go beyond them.
          const last = Math.min(data.length, end - first);
          for (let at = Math.max(0, start - first); at < last; at += 1) column?.push(data[at]);
        }
        for (const [name, column] of columns)
          if (column.length !== end - start)
            throw new Error(`column ${name} does not have ${end - start} rows`);
      } catch (error) {
        throw notWhole(what, error);
      }
      const intraday = new Set(elements.filter(isIntraday).map(({ name }) => name));
      return { what, rows: end - start, columns, intraday };
    },
  };
}

function whole<Result>(what: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw notWhole(what, error);
  }
}

function notWhole(what: string, error: unknown): GurukulError {
  return new GurukulError(
    'ChecksumMismatch',
    `${what} are not a whole Parquet file: ${errorMessage(error)}`,
    {
      cause: error,
    },
  );
}

/** @throws GurukulError BadSchema when the table has other columns, or in another order. */
export function requireColumns({ what, columns }: ParquetTable, expected: readonly string[]): void {
  const names = [...columns.keys()];
  if (names.join() !== expected.join())
    throw new GurukulError(
      'BadSchema',
      `${what} have the columns ${names.join(', ')}; expected ${expected.join(', ')}`,
    );
}

/** A column of texts. @throws GurukulError BadSchema */
export function texts(table: ParquetTable, name: string): string[] {
  return valuesOf(table, name).map((value, row) =>
    typeof value === 'string' ? value : refuse(table, name, row, 'is not text'),
  );
}

/** A column of texts, null where one is unknown. @throws GurukulError BadSchema */
export function nullableTexts(table: ParquetTable, name: string): (string | null)[] {
  return valuesOf(table, name).map((value, row) => {
    if (isMissing(value)) return null;
    return typeof value === 'string' ? value : refuse(table, name, row, 'is not text');
  });
}

/** A column of texts, each of them one of the set. @throws GurukulError BadSchema */
export function choices<Choice extends string>(
  table: ParquetTable,
  name: string,
  allowed: readonly Choice[],
): Choice[] {
  const known = new Map<unknown, Choice>(allowed.map((choice) => [choice, choice]));
  return texts(table, name).map((value, row) => known.get(value) ?? refuse(table, name, row, `is ${value}`));
}

/** A column of numbers. @throws GurukulError BadSchema */
export function numbers(table: ParquetTable, name: string): number[] {
  return valuesOf(table, name).map((value, row) =>
    typeof value === 'number' ? value : refuse(table, name, row, 'is not a number'),
  );
}

/** A column of numbers, NaN where one is unknown. @throws GurukulError BadSchema, of a NaN in the file too. */
export function nullableNumbers(table: ParquetTable, name: string): number[] {
  return valuesOf(table, name).map((value, row) => {
    if (isMissing(value)) return NaN;
    return typeof value === 'number' && !Number.isNaN(value)
      ? value
      : refuse(table, name, row, 'is not a number');
  });
}

/** A column of dates or times as texts, or of such texts. @throws GurukulError BadSchema */
export function dates(table: ParquetTable, name: string): string[] {
  return decodeDates(`${table.what}: ${name}`, valuesOf(table, name), table.intraday.has(name));
}

function valuesOf({ columns }: ParquetTable, name: string): readonly unknown[] {
  return columns.get(name) ?? [];
}

function isMissing(value: unknown): boolean {
  return value === null || value === undefined;
}

function refuse({ what }: ParquetTable, name: string, row: number, why: string): never {
  throw new GurukulError('BadSchema', `${what}: ${name} of row ${row} ${why}`);
}
