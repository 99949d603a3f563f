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
  // A view may stand in the middle of a pooled buffer: hyparquet wants the file's own memory.
  const file = Uint8Array.from(bytes).buffer;
  const columns = new Map<string, unknown[]>();
  try {
    const metadata = parquetMetadata(file);
    requireParquetLimits(file, metadata, bounds);
    const elements = metadata.schema.slice(1);
    for (const { name } of elements) columns.set(name, []);
    if (columns.size !== elements.length) throw new Error('it has two columns of one name');
    const chunks: { readonly name: string; readonly start: number; readonly data: DecodedArray }[] = [];
    await parquetRead({
      file,
      metadata,
      onChunk: ({ columnName, columnData, rowStart }) => {
        chunks.push({ name: columnName, start: rowStart, data: columnData });
      },
    });
    chunks.sort((a, b) => a.start - b.start);
    for (const { name, data } of chunks) {
      const column = columns.get(name);
      for (const value of data) column?.push(value);
    }
    const rows = Number(metadata.num_rows);
    for (const [name, column] of columns)
      if (column.length !== rows) throw new Error(`column ${name} does not have ${rows} rows`);
    return { what, rows, columns, intraday: new Set(elements.filter(isIntraday).map(({ name }) => name)) };
  } catch (error) {
    throw new GurukulError(
      'ChecksumMismatch',
      `${what} are not a whole Parquet file: ${errorMessage(error)}`,
      { cause: error },
    );
  }
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
