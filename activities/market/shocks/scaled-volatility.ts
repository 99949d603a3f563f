import type { BarSeries } from '../../../data/bars/series.js';
import { exp } from '../../../data/math/exp.js';
import { log } from '../../../data/math/log.js';

/**
 * Bars whose log returns lie `factor` times as far from their mean, with prices rebuilt from the bar before. Open, high
 * and low keep their order, since each price's log distance d from the close before becomes m + factor · (d − m), with m
 * the mean log return. Volumes stay.
 *
 * @param from Index of the first changed bar; the first bar of a series has no return and stays.
 * @param factor Positive.
 */
export function scaledVolatility(series: BarSeries, from: number, factor: number): BarSeries {
  const { close } = series;
  const first = Math.max(1, from);
  const count = close.length - first;
  if (count < 1) return series;
  const mean = log((close.at(-1) ?? NaN) / (close[first - 1] ?? NaN)) / count;
  const changed = {
    open: series.open.slice(),
    high: series.high.slice(),
    low: series.low.slice(),
    close: close.slice(),
  };
  for (let bar = first; bar < close.length; bar += 1) {
    const [before, base] = [close[bar - 1] ?? NaN, changed.close[bar - 1] ?? NaN];
    for (const name of ['open', 'high', 'low', 'close'] as const)
      changed[name][bar] = base * exp(mean + factor * (log((series[name][bar] ?? NaN) / before) - mean));
  }
  return { ...series, ...changed };
}
