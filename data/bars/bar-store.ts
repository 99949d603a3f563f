import { GurukulError } from '../errors.js';
import type { FileRef } from '../schemas/file-ref.js';
import type { Interval } from '../schemas/run-choices.js';
import { sha256 } from '../store/digests.js';
import { readRef, refTo } from '../store/file-refs.js';
import type { Home } from '../store/home.js';
import type { StoredFile } from './bar-parts.js';
import { describeParts, readParts } from './bar-parts.js';
import { parseSeriesText, seriesText } from './series-text.js';
import type { BarSeries } from './series.js';

/** The files that {@link writeSeries} would write, and the reference to them. Writes nothing. */
export function describeSeries(
  home: Home,
  series: BarSeries,
): { readonly ref: FileRef; readonly files: readonly StoredFile[] } {
  if (series.interval === '5minute') return describeParts(home, series);
  const content = seriesText(series);
  const digest = sha256(content);
  const file = home.barSeries(series.symbol, series.interval, digest);
  const ref = refTo(home, file, content, series.time.length, digest);
  return { ref, files: [{ file, content }] };
}

/**
 * Stores a series, as traded: daily bars as one CSV file, 5-minute bars as one Parquet file per quarter (see
 * bar-parts.ts). Files are named by their content, so storing the same bars again changes nothing, and earlier
 * runs still find the bars that they used.
 *
 * @throws GurukulError StoreUnavailable
 */
export async function writeSeries(home: Home, series: BarSeries): Promise<FileRef> {
  const { ref, files } = describeSeries(home, series);
  for (const { file, content } of files) await putContent(home, home.relative(file), content);
  return ref;
}

/** Writes a key whose name is made of its content, unless it is there, undamaged. */
async function putContent(home: Home, key: string, content: string | Uint8Array): Promise<void> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const found = await home.store.get(key);
  if (found?.equals(bytes) !== true) await home.store.put(key, bytes);
}

/**
 * Reads a series back, unadjusted.
 *
 * @throws GurukulError ChecksumMismatch when the file is missing or has changed.
 */
export async function readSeries(
  home: Home,
  ref: FileRef,
  symbol: string,
  interval: Interval,
): Promise<BarSeries> {
  if (interval === '5minute') return readParts(home, ref, symbol, interval);
  const series = parseSeriesText(await readRef(home, ref), symbol, interval);
  if (series === undefined) throw new GurukulError('ChecksumMismatch', `${ref.uri} is not a stored series`);
  return series;
}
