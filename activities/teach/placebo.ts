import type { BarSeries } from '../../data/bars/series.js';
import { randomStream } from '../../data/random.js';

/**
 * A series in which nothing can be learnt from the past: every bar after the first is drawn anew, by chance
 * and with replacement, from the symbol's own bars up to then, as they stand to the close before them (open,
 * high, low and close over the previous close, and the volume), less the mean log return of those bars, and
 * the prices are built up again. The times and the first bar stay; the order of returns, and with it every
 * trend, volatility cluster and common move with other symbols, is gone. What a symbol keeps is how wild it
 * is: a model may still tell a wild symbol from a calm one. The mean must go: drawn from the past alone, a
 * symbol that has done well by luck would go on doing well.
 *
 * A placebo bar depends on real bars up to its own alone, so a longer history leaves every earlier one as it
 * was, bit for bit, and one placebo serves all cohorts whatever day they end on. A permutation cannot do
 * that: it moves later bars to where earlier ones were.
 *
 * @param series Adjusted bars.
 * @param seed The run's seed; each symbol has a stream of its own.
 */
export function placeboSeries(series: BarSeries, seed: number): BarSeries {
  const random = randomStream([seed, 'placebo', series.symbol]);
  const drawn = {
    open: series.open.slice(),
    high: series.high.slice(),
    low: series.low.slice(),
    close: series.close.slice(),
    volume: series.volume.slice(),
  };
  const first = series.close[0] ?? NaN;
  let before = first;
  for (let bar = 1; bar < series.time.length; bar += 1) {
    const source = random.integer(1, bar);
    // One factor for all four prices keeps their order exactly: rounding is monotone.
    const mean = Math.log((series.close[bar] ?? NaN) / first) / bar;
    const factor = (before / (series.close[source - 1] ?? NaN)) * Math.exp(-mean);
    for (const column of ['open', 'high', 'low', 'close'] as const)
      drawn[column][bar] = (series[column][source] ?? NaN) * factor;
    drawn.volume[bar] = series.volume[source] ?? NaN;
    before = drawn.close[bar] ?? NaN;
  }
  return { ...series, ...drawn };
}
