import { STATE_FIGURES } from '../ranking/rank-features.js';
import type { RelativeMeans } from '../features/relative-features.js';
import type { ColumnFile } from './column-file.js';
import { checksumOf } from './column-file.js';

/** What is the same for all symbols at a market bar. */
export interface MarketColumns {
  readonly relative: RelativeMeans;
  /** From `marketState`. */
  readonly state: Float32Array;
}

/** Writes them after the columns of the symbols. @returns Their checksum. */
export function writeMarket(file: ColumnFile, { relative, state }: MarketColumns): number {
  let [position, checksum] = [file.end, 0];
  for (const values of [relative.mean, relative.count, state]) {
    file.writeAt(position, values);
    position += values.byteLength;
    checksum = checksumOf(values, checksum);
  }
  return checksum;
}

/**
 * @param bars Number of market bars.
 * @param columns Of the relative features.
 * @returns Undefined where the checksum is another one.
 */
export function readMarket(
  file: ColumnFile,
  bars: number,
  columns: readonly number[],
  checksum: number,
): MarketColumns | undefined {
  const relative = {
    columns: Int32Array.from(columns),
    mean: new Float64Array(bars * columns.length),
    count: new Int32Array(bars),
  };
  const state = new Float32Array(bars * STATE_FIGURES.length);
  let [position, found] = [file.end, 0];
  for (const values of [relative.mean, relative.count, state]) {
    file.readAt(position, values);
    position += values.byteLength;
    found = checksumOf(values, found);
  }
  return found === checksum ? { relative, state } : undefined;
}
