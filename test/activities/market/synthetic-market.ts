import type { BarSeries } from '../../../data/bars/series.js';
import { randomStream } from '../../../data/random.js';
import { MINUTES_PER_DAY, dayNumber } from '../../../data/time/dates.js';

/** Which days of the market a symbol trades on. */
export type Trades = (day: number) => boolean;

/** Synthetic daily bars of one symbol from 2021-01-04 on: a random walk that alternates between low and high volatility. */
export function syntheticSeries(symbol: string, days: number, trades: Trades = () => true): BarSeries {
  // The key only selects the stream of random numbers.
  const random = randomStream([11, 'invented', symbol]);
  const rows: number[][] = [];
  let close = 50 + 900 * random.uniform();
  for (let day = 0; day < days; day += 1) {
    const open = close * (1 + 0.004 * random.normal());
    close = open * Math.exp((day % 80 < 40 ? 0.012 : 0.025) * random.normal());
    const high = Math.max(open, close) * (1 + 0.006 * random.uniform());
    const low = Math.min(open, close) * (1 - 0.006 * random.uniform());
    const volume = Math.round(1e5 * Math.exp(0.5 * random.normal()));
    if (trades(day))
      rows.push([(dayNumber('2021-01-04') + day) * MINUTES_PER_DAY, open, high, low, close, volume]);
  }
  const column = (index: number): Float64Array => Float64Array.from(rows, (row) => row[index] ?? NaN);
  return {
    symbol,
    interval: '1day',
    time: Int32Array.from(column(0)),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
  };
}

/**
 * A small market with the irregularities of real ones: a late listing, single missing days, a long gap, a
 * symbol that stops trading, and a day on which only one symbol trades.
 */
export function syntheticMarket(days = 320): BarSeries[] {
  const notDay150 = (day: number): boolean => day !== 150;
  return [
    syntheticSeries('ALPHA', days),
    syntheticSeries('BETA', days, notDay150),
    syntheticSeries('DELTA', days, (day) => notDay150(day) && day % 13 !== 5),
    syntheticSeries('GAMMA', days, (day) => notDay150(day) && (day < 120 || day >= 175)),
    syntheticSeries('LATE', days, (day) => notDay150(day) && day >= 97),
    syntheticSeries('OMEGA', days, (day) => notDay150(day) && day < 260),
    syntheticSeries('ZETA', days, notDay150),
  ];
}

/** Daily bars as some bars a day, from 09:15 on, whose prices go straight from the day's open to its close. */
export function splitDays(series: BarSeries, parts: number): BarSeries {
  const split = (value: (bar: number, part: number) => number): Float64Array =>
    Float64Array.from({ length: parts * series.time.length }, (_, at) =>
      value(Math.floor(at / parts), at % parts),
    );
  const price = (bar: number, part: number): number => {
    const [open, close] = [series.open[bar] ?? NaN, series.close[bar] ?? NaN];
    return open + ((close - open) * part) / parts;
  };
  return {
    ...series,
    interval: '5minute',
    time: Int32Array.from(split((bar, part) => (series.time[bar] ?? 0) + 555 + 5 * part)),
    open: split(price),
    close: split((bar, part) => price(bar, part + 1)),
    high: split((bar) => series.high[bar] ?? NaN),
    low: split((bar) => series.low[bar] ?? NaN),
    volume: split((bar, part) => (part + 1) * (series.volume[bar] ?? NaN)),
  };
}
