import type { Interval } from '../schemas/run-choices.js';
import { formatBarTime, parseBarTime } from './bar-time.js';
import { NEWLINE, cellEnd, readNumber } from './read-number.js';
import type { BarSeries } from './series.js';

const HEADER = 'timestamp,open,high,low,close,volume';

/**
 * The canonical text of a series: CSV with LF and the header `timestamp,open,high,low,close,volume`, numbers in the
 * shortest form that reads back exactly. Equal bars give equal bytes, whatever file they came from; the symbol is not
 * part of the text.
 */
export function seriesText(series: BarSeries): string {
  const { time, open, high, low, close, volume } = series;
  const lines = [HEADER];
  for (let bar = 0; bar < time.length; bar += 1) {
    const stamp = formatBarTime(time[bar] ?? 0, series.interval);
    lines.push(`${stamp},${open[bar]},${high[bar]},${low[bar]},${close[bar]},${volume[bar]}`);
  }
  return `${lines.join('\n')}\n`;
}

const HEADER_LINE = Buffer.from(`${HEADER}\n`);

/**
 * The inverse of {@link seriesText}. It is many times as fast as the general CSV reader (data/formats/engine/), which
 * has to find columns and report errors.
 *
 * @returns undefined if the text was not written by {@link seriesText}, or contains no bars.
 */
export function parseSeriesText(text: Uint8Array, symbol: string, interval: Interval): BarSeries | undefined {
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
  if (!bytes.subarray(0, HEADER_LINE.length).equals(HEADER_LINE)) return undefined;
  const count = countLines(bytes) - 1;
  if (count < 1 || bytes.at(-1) !== NEWLINE) return undefined;
  const time = new Int32Array(count);
  const column = (): Float64Array => new Float64Array(count);
  const [open, high, low, close, volume] = [column(), column(), column(), column(), column()];
  const columns = [open, high, low, close, volume];
  const readTime = timeReader(interval);
  let at = HEADER_LINE.length;
  for (let bar = 0; bar < count; bar += 1) {
    let end = cellEnd(bytes, at);
    const minutes = readTime(bytes.toString('latin1', at, end));
    if (minutes === undefined) return undefined;
    time[bar] = minutes;
    for (const values of columns) {
      if (bytes[end] === NEWLINE) return undefined;
      const start = end + 1;
      end = cellEnd(bytes, start);
      const value = readNumber(bytes, start, end);
      if (!Number.isFinite(value)) return undefined;
      values[bar] = value;
    }
    if (bytes[end] !== NEWLINE) return undefined;
    at = end + 1;
  }
  return { symbol, interval, time, open, high, low, close, volume };
}

function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) lines += 1;
  return lines;
}

/** Cache of parsed times: all series of a universe have the same days. */
const cache: Record<Interval, Map<string, number>> = { '1day': new Map(), '5minute': new Map() };
/** About a hundred years of days. */
const MAX_CACHED = 30_000;

/** Returns a parser for the timestamps of a series; it returns undefined for an invalid timestamp. */
function timeReader(interval: Interval): (text: string) => number | undefined {
  const times = cache[interval];
  if (times.size > MAX_CACHED) times.clear();
  return (text) => {
    const found = times.get(text);
    if (found !== undefined) return found;
    const stamp = parseBarTime(text, interval);
    if ('problem' in stamp) return undefined;
    times.set(text, stamp.minutes);
    return stamp.minutes;
  };
}
