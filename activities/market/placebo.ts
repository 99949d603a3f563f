import type { BarSeries } from '../../data/bars/series.js';
import { exp } from '../../data/math/exp.js';
import { log } from '../../data/math/log.js';
import { randomStream } from '../../data/random.js';
import type { LabelRule } from '../../data/schemas/label-rule.js';
import { scaleUnit } from './label-scale.js';

/** The normal quantile that 30 % of draws lie above. */
const QUANTILE = 0.5244;

/**
 * A series whose past carries no information about its future. Every bar after the first is resampled, at random and
 * with replacement, from the symbol's own bars up to then; the price path is rebuilt from the resampled
 * bars. A bar is drawn as a whole, relative to the previous close (open, high, low and close over that close,
 * and the volume). Times and the first bar stay. The order of returns is lost, and with it every trend,
 * volatility cluster and correlation between symbols.
 *
 * The resampled log returns are standardised by the mean and standard deviation of the bars up to then and
 * rescaled to one common volatility. Otherwise past luck would continue as drift, and a model could
 * distinguish symbols of high volatility from those of low volatility. With this volatility about 30 % of the labels are
 * ones.
 *
 * A placebo bar depends only on real bars up to its own, so a longer history leaves every earlier placebo
 * bar unchanged, bit for bit, and one placebo serves all cohorts. A permutation would move later bars to
 * earlier places.
 *
 * @param series Adjusted bars.
 * @param seed The run's seed; each symbol has a stream of its own.
 */
export function placeboSeries(series: BarSeries, seed: number, rule: LabelRule): BarSeries {
  const { close, volume, time } = series;
  const random = randomStream([seed, 'placebo', series.symbol]);
  const target = scaleUnit(rule.threshold) / (QUANTILE * Math.sqrt(rule.horizon));
  const drawn = {
    open: series.open.slice(),
    high: series.high.slice(),
    low: series.low.slice(),
    close: close.slice(),
    volume: volume.slice(),
  };
  let [before, sum, squares] = [close[0] ?? NaN, 0, 0];
  for (let bar = 1; bar < time.length; bar += 1) {
    const change = log((close[bar] ?? NaN) / (close[bar - 1] ?? NaN));
    sum += change;
    squares += change * change;
    const mean = sum / bar;
    const deviation = Math.sqrt(Math.max(0, squares / bar - mean * mean));
    const scale = deviation > 0 ? target / deviation : 1;
    const source = random.integer(1, bar);
    const base = close[source - 1] ?? NaN;
    const moved = (price: number | undefined): number =>
      before * exp(scale * (log((price ?? NaN) / base) - mean));
    const [opens, closes] = [moved(series.open[source]), moved(close[source])];
    drawn.open[bar] = opens;
    drawn.close[bar] = closes;
    // Rounding must not put the open or close outside the bar's range.
    drawn.high[bar] = Math.max(moved(series.high[source]), opens, closes);
    drawn.low[bar] = Math.min(moved(series.low[source]), opens, closes);
    drawn.volume[bar] = volume[source] ?? NaN;
    before = closes;
  }
  return { ...series, ...drawn };
}
