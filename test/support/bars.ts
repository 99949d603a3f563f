import type { BarSeries } from '../../data/bars/series.js';
import type { Calendar } from '../../data/calendar/calendar.js';
import { loadCalendar } from '../../data/calendar/calendar.js';
import { packageRoot } from '../../data/store/package-root.js';
import { MINUTES_PER_DAY, dayNumber } from '../../data/time/dates.js';

export const calendar: Calendar = loadCalendar(packageRoot);

/** Columns of a series that a test may change. */
export type Columns = Record<'open' | 'high' | 'low' | 'close' | 'volume', number[]> & { time: number[] };

/**
 * Valid daily bars on the sessions from `from` on, near 100 rupees.
 *
 * @param beat Frequency of the price: series with the same frequency move together.
 * @param spoil Changes the columns before the series is created.
 */
export function dailyBars(
  bars: number,
  {
    symbol = 'TEST',
    from = '2022-01-01',
    beat = 1,
    spoil,
  }: { symbol?: string; from?: string; beat?: number; spoil?: (columns: Columns) => void } = {},
): BarSeries {
  const sessions = [...calendar.sessionsBetween(dayNumber(from), calendar.to).subarray(0, bars)];
  const wave = sessions.map((_, bar) => 100 + Math.round(100 * Math.sin(beat * bar)) / 100);
  const columns: Columns = {
    time: sessions.map((day) => day * MINUTES_PER_DAY),
    open: [...wave],
    high: wave.map((price) => price + 1),
    low: wave.map((price) => price - 1),
    close: wave.map((price) => price + 0.5),
    volume: wave.map((_, bar) => 1000 + bar),
  };
  spoil?.(columns);
  return {
    symbol,
    interval: '1day',
    time: Int32Array.from(columns.time),
    open: Float64Array.from(columns.open),
    high: Float64Array.from(columns.high),
    low: Float64Array.from(columns.low),
    close: Float64Array.from(columns.close),
    volume: Float64Array.from(columns.volume),
  };
}

/** Divides prices and multiplies volume from a bar on, like an unreported split. */
export function splitFrom(columns: Columns, bar: number, factor: number): void {
  for (const name of ['open', 'high', 'low', 'close'] as const)
    columns[name] = columns[name].map((price, index) => (index >= bar ? price / factor : price));
  columns.volume = columns.volume.map((shares, index) => (index >= bar ? shares * factor : shares));
}
