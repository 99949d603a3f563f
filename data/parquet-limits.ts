import type { FileMetaData } from 'hyparquet';

/** A run length column can hold any number of equal rows in a few bytes: small files get this many rows anyway. */
const FREE_ROWS = 100_000;
/** Bars, predictions and soft labels have a number of their own in almost every row: several bytes. */
const ROWS_PER_BYTE = 4;
/** No table of the program has more than eight. */
const MAX_COLUMNS = 16;
const FREE_BYTES = 1_048_576;
/** Snappy, which the program writes, cannot reach this ratio. */
const UNPACKED_PER_BYTE = 64;

/**
 * Compares what a Parquet file says it will become in memory with its size, before anything is decoded.
 *
 * @param fileBytes Size of the file.
 * @param expectedRows Rows that the file must have, where they are known.
 * @throws Error when rows or decompressed bytes are not those of an honest file.
 */
export function requireParquetLimits(
  { num_rows: numRows, row_groups: groups }: FileMetaData,
  fileBytes: number,
  expectedRows?: number,
): void {
  const rows = Number(numRows);
  if (expectedRows !== undefined && rows !== expectedRows)
    throw new Error(`it has ${rows} rows; expected ${expectedRows}`);
  const mostRows = FREE_ROWS + ROWS_PER_BYTE * fileBytes;
  if (expectedRows === undefined && (rows < 0 || rows > mostRows))
    throw new Error(
      `${fileBytes} bytes claim ${rows} rows; at most ${mostRows} are read from a file of this size`,
    );

  let groupRows = 0;
  let unpacked = 0;
  for (const group of groups) {
    if (group.columns.length > MAX_COLUMNS)
      throw new Error(`it has ${group.columns.length} columns; at most ${MAX_COLUMNS} are read`);
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
}
