import type { FileMetaData } from 'hyparquet';

import { requireSoundPages } from './parquet-pages.js';

/** A run length column can hold any number of equal rows in a few bytes: small files get this many rows anyway. */
const FREE_ROWS = 100_000;
/** Bars, predictions and soft labels have a number of their own in almost every row: several bytes. */
const ROWS_PER_BYTE = 4;
/** No table of bars, predictions, outcomes or factors has more than ten. */
const MAX_COLUMNS = 16;
const FREE_BYTES = 1_048_576;
/** Snappy, which the program writes, cannot reach this ratio. */
const UNPACKED_PER_BYTE = 64;

/** What is known of a file before it is read. */
export interface ParquetBounds {
  /** Rows that the file must have. */
  readonly expectedRows?: number;
  /** Rows that it may have; absent: as many as its size allows. */
  readonly maxRows?: number;
  readonly maxColumns?: number;
  /** Columns whose values may be missing, by name; absent: none. */
  readonly isNullable?: (name: string) => boolean;
}

/**
 * Compares what a Parquet file says it will become in memory with its size, in its footer and in the header of every
 * page, before any row is decoded.
 *
 * @param file The whole file.
 * @throws Error when rows, decompressed bytes or pages are not those of an honest file.
 */
export function requireParquetLimits(
  file: ArrayBuffer,
  metadata: FileMetaData,
  { expectedRows, maxRows, maxColumns = MAX_COLUMNS, isNullable = () => false }: ParquetBounds = {},
): void {
  const { num_rows: numRows, row_groups: groups } = metadata;
  const fileBytes = file.byteLength;
  const rows = Number(numRows);
  if (expectedRows !== undefined && rows !== expectedRows)
    throw new Error(`it has ${rows} rows; expected ${expectedRows}`);
  const mostRows = maxRows ?? FREE_ROWS + ROWS_PER_BYTE * fileBytes;
  if (expectedRows === undefined && (rows < 0 || rows > mostRows))
    throw new Error(
      `${fileBytes} bytes claim ${rows} rows; at most ${mostRows} are read from a file of this size`,
    );

  let groupRows = 0;
  let unpacked = 0;
  for (const group of groups) {
    if (group.columns.length > maxColumns)
      throw new Error(`it has ${group.columns.length} columns; at most ${maxColumns} are read`);
    groupRows += Number(group.num_rows);
    for (const { meta_data: column } of group.columns) {
      if (column === undefined) continue;
      if (column.num_values !== group.num_rows)
        throw new Error(`column ${column.path_in_schema.join('.')} does not have one value a row`);
      unpacked += Number(column.total_uncompressed_size);
    }
  }
  if (groupRows !== rows) throw new Error(`its row groups have ${groupRows} rows; the file claims ${rows}`);
  const mostUnpacked = FREE_BYTES + UNPACKED_PER_BYTE * fileBytes;
  if (unpacked > mostUnpacked)
    throw new Error(
      `${fileBytes} bytes decompress to ${unpacked}; at most ${mostUnpacked} are read from a file of this size`,
    );
  requireSoundPages(file, metadata, isNullable);
}
