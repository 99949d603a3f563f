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
  const day = new Int32Array(time.length);
  const firsts = new Int32Array(time.length + 1);
  let days = 0;
  for (let bar = 0; bar < time.length; bar += 1) {
    const here = dayOfMinutes(time[bar] ?? 0);
    if (days > 0 && day[days - 1] === here) continue;
    day[days] = here;
    firsts[days] = bar;
    days += 1;
  }
  firsts[days] = time.length;
  const prices = {
    day: day.slice(0, days),
    open: new Float64Array(days),
    close: new Float64Array(days),
    bars: new Int32Array(days),
  };
  for (let at = 0; at < days; at += 1) {
    const [first = 0, end = 0] = [firsts[at], firsts[at + 1]];
    prices.open[at] = open[first] ?? NaN;
    prices.close[at] = close[end - 1] ?? NaN;
    prices.bars[at] = end - first;
  }
  return prices;
}
