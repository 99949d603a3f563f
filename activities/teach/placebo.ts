import type { BarSeries } from '../../data/bars/series.js';
import { randomStream } from '../../data/random.js';

/**
 * A series in which nothing can be learnt from the past: the bars after the first are shuffled as they
 * stand to the close before them (open, high, low and close over the previous close, and the volume), and
 * the prices are built up again. The times, the first bar and the distribution of returns stay; their
 * order, and with it every trend, volatility cluster and common move with other symbols, is gone. What a
 * symbol keeps is its base rate: a model may still tell a wild symbol from a calm one.
 *
 * @param series Adjusted bars. Cut off what must not be used first: bars move through the whole series.
 * @param seed The run's seed; each symbol has a stream of its own.
 */
export function placeboSeries(series: BarSeries, seed: number): BarSeries {
  const count = series.time.length;
  const order = Int32Array.from({ length: Math.max(0, count - 1) }, (_, index) => index + 1);
  randomStream([seed, 'placebo', series.symbol]).shuffle(order);

  const shuffled = {
    open: series.open.slice(),
    high: series.high.slice(),
    low: series.low.slice(),
    close: series.close.slice(),
    volume: series.volume.slice(),
  };
  let before = series.close[0] ?? NaN;
  order.forEach((source, index) => {
    // One factor for all four prices keeps their order exactly: rounding is monotone.
    const factor = before / (series.close[source - 1] ?? NaN);
    const bar = index + 1;
    for (const column of ['open', 'high', 'low', 'close'] as const)
      shuffled[column][bar] = (series[column][source] ?? NaN) * factor;
    shuffled.volume[bar] = series.volume[source] ?? NaN;
    before = shuffled.close[bar] ?? NaN;
  });
  return { ...series, ...shuffled };
}
