import type { BarSeries } from '../../data/bars/series.js';
import { randomStream } from '../../data/random.js';
import type { LabelRule } from '../../data/schemas/label-rule.js';
import { scaleUnit } from './label-scale.js';

/** The normal quantile that three draws in ten lie above. */
const QUANTILE = 0.5244;

/**
 * A series in which nothing can be learnt from the past: every bar after the first is drawn anew, by chance
 * and with replacement, from the symbol's own bars up to then, as they stand to the close before them (open,
 * high, low and close over the previous close, and the volume), and the prices are built up again. The times
 * and the first bar stay; the order of returns, and with it every trend, volatility cluster and common move
 * with other symbols, is gone.
 *
 * Logarithms of what is drawn are less their mean over the bars up to then, and measured by their deviation,
 * so that all symbols are equally wild: drawn as they are, a symbol that has done well by luck would go on
 * doing well, and a model could tell a wild symbol from a calm one. About three labels in ten are
 * ones then.
 *
 * A placebo bar depends on real bars up to its own alone, so a longer history leaves every earlier one as it
 * was, bit for bit, and one placebo serves all cohorts whatever day they end on. A permutation cannot do
 * that: it moves later bars to where earlier ones were.
 *
 * @param series Adjusted bars.
 * @param seed The run's seed; each symbol has a stream of its own.
 */
export function placeboSeries(series: BarSeries, seed: number, rule: LabelRule): BarSeries {
  const { close, volume, time } = series;
  const random = randomStream([seed, 'placebo', series.symbol]);
  const wanted = scaleUnit(rule.threshold) / (QUANTILE * Math.sqrt(rule.horizon));
  const drawn = {
    open: series.open.slice(),
    high: series.high.slice(),
    low: series.low.slice(),
    close: close.slice(),
    volume: volume.slice(),
  };
  let [before, sum, squares] = [close[0] ?? NaN, 0, 0];
  for (let bar = 1; bar < time.length; bar += 1) {
    const change = Math.log((close[bar] ?? NaN) / (close[bar - 1] ?? NaN));
    sum += change;
    squares += change * change;
    const mean = sum / bar;
    const deviation = Math.sqrt(Math.max(0, squares / bar - mean * mean));
    const scale = deviation > 0 ? wanted / deviation : 1;
    const source = random.integer(1, bar);
    const base = close[source - 1] ?? NaN;
    const moved = (price: number | undefined): number =>
      before * Math.exp(scale * (Math.log((price ?? NaN) / base) - mean));
    const [opens, closes] = [moved(series.open[source]), moved(close[source])];
    drawn.open[bar] = opens;
    drawn.close[bar] = closes;
    // Rounding must not put a price out of its bar's range.
    drawn.high[bar] = Math.max(moved(series.high[source]), opens, closes);
    drawn.low[bar] = Math.min(moved(series.low[source]), opens, closes);
    drawn.volume[bar] = volume[source] ?? NaN;
    before = closes;
  }
  return { ...series, ...drawn };
}
