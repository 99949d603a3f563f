import type { FileMetaData } from 'hyparquet';
import { parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

import { errorMessage } from '../../errors.js';
import { MAX_BYTES } from './unpack.js';

/** A table of cells. */
export type CellTable = { readonly rows: readonly (readonly string[])[] } | { readonly problem: string };

/** Most values in a file: as many as its text could have. */
const MAX_VALUES = MAX_BYTES / 4;

/** Whether a file is Parquet, by its first bytes. */
export function isParquet(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 4)).toString('latin1') === 'PAR1';
}

/**
 * The table in a Parquet file as cells, the first row with the names of its columns. Times are written without a zone
 * where the file says that they are local, and with `Z` where it says that they are UTC.
 */
export async function parquetRows(bytes: Uint8Array): Promise<CellTable> {
  try {
    // `bytes` may be a view into a pooled buffer; hyparquet expects a buffer that contains the file alone.
    const file = new Uint8Array(bytes).buffer;
    const metadata = parquetMetadata(file);
    const problem = limitProblem(metadata);
    if (problem !== undefined) return { problem };
    const columns = parquetSchema(metadata).children.map(({ element }) => ({
      name: element.name,
      utc: element.logical_type?.type === 'TIMESTAMP' && element.logical_type.isAdjustedToUTC,
    }));
    const objects = await parquetReadObjects({ file, metadata, compressors });
    return {
      rows: [
        columns.map(({ name }) => (/^__index_level_\d+__$/.test(name) ? 'index_level_0' : name)),
        ...objects.map((object) => columns.map(({ name, utc }) => cellOf(object[name], utc))),
      ],
    };
  } catch (error) {
    // Of a file that is cut off, the reader's own mistakes say nothing.
    const why = error instanceof TypeError || error instanceof RangeError ? '' : ` (${errorMessage(error)})`;
    return { problem: `is not a complete Parquet file${why}` };
  }
}

function limitProblem({ row_groups: groups, num_rows: rows, schema }: FileMetaData): string | undefined {
  const size = groups
    .flatMap(({ columns }) => columns)
    .reduce((sum, { meta_data: column }) => sum + Number(column?.total_uncompressed_size ?? 0), 0);
  const tooLarge = size > MAX_BYTES || Number(rows) * Math.max(1, schema.length - 1) > MAX_VALUES;
  return tooLarge ? 'has too many values for one file. Split it by symbol or by year' : undefined;
}

function cellOf(value: unknown, utc: boolean): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : stampOf(value.toISOString(), utc);
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}

function stampOf(iso: string, utc: boolean): string {
  if (utc) return iso;
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 'YYYY-MM-DD'.length) : iso.slice(0, -1);
}
