import { GurukulError } from '../errors.js';
import type { FileRef } from '../schemas/file-ref.js';
import type { Interval } from '../schemas/run-input.js';
import { readRef, sha256, writeFileSafely } from '../store/files.js';
import type { Home } from '../store/home.js';
import { formatBarTime } from './bar-time.js';
import { readBarFiles } from './read-bar-files.js';
import type { BarSeries } from './series.js';

/**
 * The canonical text of a series: LF, `timestamp,open,high,low,close,volume`, numbers in their shortest
 * form that reads back exactly. Equal bars give equal bytes, whatever file they came from; the symbol is
 * not part of it.
 */
export function seriesText(series: BarSeries): string {
  const { time, open, high, low, close, volume } = series;
  const lines = ['timestamp,open,high,low,close,volume'];
  for (let bar = 0; bar < time.length; bar += 1) {
    const stamp = formatBarTime(time[bar] ?? 0, series.interval);
    lines.push(`${stamp},${open[bar]},${high[bar]},${low[bar]},${close[bar]},${volume[bar]}`);
  }
  return `${lines.join('\n')}\n`;
}

/** What {@link writeSeries} would write, and the reference to it. Writes nothing. */
export function describeSeries(
  home: Home,
  series: BarSeries,
): { readonly ref: FileRef; readonly file: string; readonly text: string } {
  const text = seriesText(series);
  const digest = sha256(text);
  const file = home.barSeries(series.symbol, series.interval, digest);
  return {
    ref: {
      uri: home.relative(file),
      sha256: digest,
      bytes: Buffer.byteLength(text),
      rows: series.time.length,
    },
    file,
    text,
  };
}

/**
 * Keeps a series in the bar store, as traded. Its file is named by its content, so writing the same bars
 * again changes nothing and other bars of the symbol stay where earlier runs find them.
 *
 * @throws GurukulError StoreUnavailable
 */
export async function writeSeries(home: Home, series: BarSeries): Promise<FileRef> {
  const { ref, file, text } = describeSeries(home, series);
  await writeFileSafely(file, text);
  return ref;
}

/**
 * Reads a series back, unadjusted.
 *
 * @throws GurukulError ChecksumMismatch when the file is missing or not what was written.
 */
export async function readSeries(
  home: Home,
  ref: FileRef,
  symbol: string,
  interval: Interval,
): Promise<BarSeries> {
  const text = (await readRef(home, ref)).toString('utf8');
  const { series, findings } = readBarFiles([{ name: ref.uri, text }], symbol, interval);
  if (series === null)
    throw new GurukulError('ChecksumMismatch', findings[0]?.message ?? `${ref.uri} holds no bars`);
  return series;
}
