import { parquetRead } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';

import { GurukulError, errorMessage } from '../errors.js';
import type { Interval } from '../schemas/run-choices.js';
import type { BarSeries } from './series.js';

/** Columns of a Parquet file of bars beside `time`, in this order. */
const VALUES = ['open', 'high', 'low', 'close', 'volume'] as const;

/**
 * The bars `[first, end)` of a series as the bytes of a Parquet file: `time` in exchange minutes as INT32,
 * the rest as DOUBLE. Equal bars give equal bytes; neither symbol nor interval is part of them. Plain,
 * uncompressed columns: they take 41 bytes a bar where a compressed file takes 16, and are read in a tenth
 * of its time.
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

/** A series with room for so many bars, to be filled part by part. */
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
 * Puts the bars of a Parquet file into a series, from bar `first` on.
 *
 * @param name How messages call the file.
 * @throws GurukulError ChecksumMismatch when the file is not one of `rows` bars.
 */
export async function decodeBars(
  bytes: Uint8Array,
  into: BarSeries,
  first: number,
  rows: number,
  name: string,
): Promise<void> {
  const known: readonly string[] = ['time', ...VALUES];
  const left = new Map(known.map((column) => [column, rows]));
  const columns: Readonly<Record<string, Int32Array | Float64Array>> = {
    time: into.time,
    ...Object.fromEntries(VALUES.map((column) => [column, into[column]])),
  };
  try {
    await parquetRead({
      // A view may stand in the middle of a pooled buffer: hyparquet wants memory of the file alone.
      file: new Uint8Array(bytes).buffer,
      onChunk: ({ columnName, columnData, rowStart }) => {
        const column = columns[columnName];
        if (column === undefined || rowStart + columnData.length > rows)
          throw new Error(`unexpected column or rows: ${columnName}`);
        if (columnData instanceof Float64Array || columnData instanceof Int32Array)
          column.set(columnData, first + rowStart);
        else throw new Error(`column ${columnName} does not hold plain numbers`);
        left.set(columnName, (left.get(columnName) ?? 0) - columnData.length);
      },
    });
  } catch (error) {
    throw new GurukulError('ChecksumMismatch', `${name} is no file of bars: ${errorMessage(error)}`, {
      cause: error,
    });
  }
  const short = known.filter((column) => left.get(column) !== 0);
  if (short.length > 0)
    throw new GurukulError('ChecksumMismatch', `${name} does not hold ${rows} bars in ${short.join(', ')}`);
}
