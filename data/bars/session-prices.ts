import { dayOfMinutes } from '../time/dates.js';
import type { BarSeries } from './series.js';

/** The prices of a symbol's days, as traded, one entry a day, rising. */
export interface SessionPrices {
  /** Day numbers. */
  readonly day: Int32Array;
  /** Open of the day's first bar. */
  readonly open: Float64Array;
  /** Close of the day's last bar. */
  readonly close: Float64Array;
  /** Number of the day's bars. */
  readonly bars: Int32Array;
}

/** The days of a series in ascending time. */
export function sessionPrices({ time, open, close }: BarSeries): SessionPrices {
  const firsts: number[] = [];
  for (let bar = 0; bar < time.length; bar += 1)
    if (bar === 0 || dayOfMinutes(time[bar] ?? 0) !== dayOfMinutes(time[bar - 1] ?? 0)) firsts.push(bar);
  const end = (index: number): number => firsts[index + 1] ?? time.length;
  return {
    day: Int32Array.from(firsts, (bar) => dayOfMinutes(time[bar] ?? 0)),
    open: Float64Array.from(firsts, (bar) => open[bar] ?? NaN),
    close: Float64Array.from(firsts, (_, index) => close[end(index) - 1] ?? NaN),
    bars: Int32Array.from(firsts, (bar, index) => end(index) - bar),
  };
}
