import { parquetMetadata, parquetRead } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';

import { GurukulError, errorMessage } from '../errors.js';
import { requireParquetLimits } from '../parquet/parquet-limits.js';
import type { Interval } from '../schemas/run-choices.js';
import type { BarSeries } from './series.js';

/** Columns of a Parquet file of bars beside `time`, in this order. */
const VALUES = ['open', 'high', 'low', 'close', 'volume'] as const;

/**
 * Encodes the bars `[first, end)` of a series as a Parquet file: `time` in exchange minutes as INT32, the other
 * columns as DOUBLE. Equal bars give equal bytes; symbol and interval are not part of them. Columns are plain and
 * uncompressed: 41 bytes per bar instead of 16, but ten times faster to read.
 */
export function encodeBars(series: BarSeries, first: number, end: number): Uint8Array {
  return new Uint8Array(
    parquetWriteBuffer({
      codec: 'UNCOMPRESSED',
      statistics: false,
      columnData: [
        {
          name: 'time',
          data: series.time.subarray(first, end),
          type: 'INT32',
          encoding: 'DELTA_BINARY_PACKED',
          nullable: false,
        },
        ...VALUES.map((name) => ({
          name,
          data: series[name].subarray(first, end),
          type: 'DOUBLE' as const,
          encoding: 'PLAIN' as const,
          nullable: false,
        })),
      ],
    }),
  );
}

/** A series with space for this many bars, to be filled part by part. */
export function emptySeries(symbol: string, interval: Interval, bars: number): BarSeries {
  return {
    symbol,
    interval,
    time: new Int32Array(bars),
    open: new Float64Array(bars),
    high: new Float64Array(bars),
    low: new Float64Array(bars),
    close: new Float64Array(bars),
    volume: new Float64Array(bars),
  };
}

/**
 * Decodes the bars of a Parquet file into a series, starting at bar `first`.
 *
 * @param name Name of the file in messages.
 * @throws GurukulError ChecksumMismatch when the file does not contain exactly `rows` bars.
 */
export async function decodeBars(
  bytes: Uint8Array,
  into: BarSeries,
  first: number,
  rows: number,
  name: string,
): Promise<void> {
  const known: readonly string[] = ['time', ...VALUES];
  const remaining = new Map(known.map((column) => [column, rows]));
  const columns: Readonly<Record<string, Int32Array | Float64Array>> = {
    time: into.time,
    ...Object.fromEntries(VALUES.map((column) => [column, into[column]])),
  };
  try {
    // `bytes` may be a view into a pooled buffer; hyparquet expects a buffer that contains the file alone.
    const file = new Uint8Array(bytes).buffer;
    const metadata = parquetMetadata(file);
    requireParquetLimits(file, metadata, { expectedRows: rows });
    await parquetRead({
      file,
      metadata,
      onChunk: ({ columnName, columnData, rowStart }) => {
        const column = columns[columnName];
        if (column === undefined || rowStart + columnData.length > rows)
          throw new Error(`unexpected column or rows: ${columnName}`);
        if (columnData instanceof Float64Array || columnData instanceof Int32Array)
          column.set(columnData, first + rowStart);
        else throw new Error(`column ${columnName} does not contain plain numbers`);
        remaining.set(columnName, (remaining.get(columnName) ?? 0) - columnData.length);
      },
    });
  } catch (error) {
    throw new GurukulError('ChecksumMismatch', `${name} is not a file of bars: ${errorMessage(error)}`, {
      cause: error,
    });
  }
  const short = known.filter((column) => remaining.get(column) !== 0);
  if (short.length > 0)
    throw new GurukulError(
      'ChecksumMismatch',
      `${name} does not contain ${rows} bars in column ${short.join(', ')}`,
    );
}
