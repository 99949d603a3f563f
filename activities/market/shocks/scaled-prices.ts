import type { BarSeries } from '../../../data/bars/series.js';

/**
 * All prices from a bar on, multiplied. Volumes stay.
 *
 * @param from Index of the first changed bar.
 */
export function scaledPrices(series: BarSeries, from: number, factor: number): BarSeries {
  const scale = (prices: Float64Array): Float64Array =>
    prices.map((price, bar) => (bar < from ? price : price * factor));
  return {
    ...series,
    open: scale(series.open),
    high: scale(series.high),
    low: scale(series.low),
    close: scale(series.close),
  };
}
