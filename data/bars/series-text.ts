import type { Interval } from '../schemas/run-input.js';
import { formatBarTime, parseBarTime } from './bar-time.js';
import type { BarSeries } from './series.js';

const HEADER = 'timestamp,open,high,low,close,volume';

/**
 * The canonical text of a series: LF, `timestamp,open,high,low,close,volume`, numbers in their shortest
 * form that reads back exactly. Equal bars give equal bytes, whatever file they came from; the symbol is
 * not part of it.
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

/**
 * The inverse of {@link seriesText}, several times as fast as a reader of any CSV file (read-bar-files.ts),
 * which has to find columns and to name every mistake.
 *
 * @returns undefined where the text is none of ours, or holds no bar.
 */
export function parseSeriesText(text: string, symbol: string, interval: Interval): BarSeries | undefined {
  const lines = text.split('\n');
  const count = lines.length - 2;
  if (count < 1 || lines[0] !== HEADER || lines.at(-1) !== '') return undefined;
  const time = new Int32Array(count);
  const [open, high, low, close, volume] = [
    new Float64Array(count),
    new Float64Array(count),
    new Float64Array(count),
    new Float64Array(count),
    new Float64Array(count),
  ];
  for (let bar = 0; bar < count; bar += 1) {
    const cells = (lines[bar + 1] ?? '').split(',');
    const stamp = parseBarTime(cells[0] ?? '', interval);
    if (cells.length !== 6 || 'problem' in stamp) return undefined;
    time[bar] = stamp.minutes;
    open[bar] = Number.parseFloat(cells[1] ?? '');
    high[bar] = Number.parseFloat(cells[2] ?? '');
    low[bar] = Number.parseFloat(cells[3] ?? '');
    close[bar] = Number.parseFloat(cells[4] ?? '');
    volume[bar] = Number.parseFloat(cells[5] ?? '');
  }
  const sound = [open, high, low, close, volume].every((column) => column.every(Number.isFinite));
  return sound ? { symbol, interval, time, open, high, low, close, volume } : undefined;
}
