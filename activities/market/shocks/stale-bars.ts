import type { BarSeries } from '../../../data/bars/series.js';

/**
 * Bars that repeat the prices of the last one before them, with nothing traded, as of a feed that stands still.
 *
 * @param from Index of the first changed bar; the first bar of a series has none before it and stays.
 * @param until Exclusive.
 */
export function staleBars(series: BarSeries, from: number, until: number): BarSeries {
  const first = Math.max(1, from);
  const repeat = (prices: Float64Array): Float64Array =>
    prices.map((price, bar) => (bar >= first && bar < until ? (prices[first - 1] ?? NaN) : price));
  return {
    ...series,
    open: repeat(series.open),
    high: repeat(series.high),
    low: repeat(series.low),
    close: repeat(series.close),
    volume: series.volume.map((shares, bar) => (bar >= first && bar < until ? 0 : shares)),
  };
}
