import type { BarSeries } from '../../data/bars/series.js';
import { exp } from '../../data/math/exp.js';
import { log } from '../../data/math/log.js';
import { randomStream } from '../../data/random.js';
import type { LabelRule } from '../../data/schemas/label-rule.js';
import { entryChoice } from '../../data/schemas/label-rule.js';
import { normalCdf } from '../stats/normal.js';
import { scaleUnit } from './label-scale.js';
import { rankedPool } from './ranked-pool.js';

/** The normal quantile that 30 % of draws lie above. */
const QUANTILE = 0.5244;

/** Share of a daily bar's variance that lies between the previous close and the open. */
const OVERNIGHT = 0.3;

/** Mean of what high and low add to the range of open and close, in standard deviations of a bar's return. */
const SHADOWS = 0.8;

/**
 * A series whose past carries no information about its future. Every bar after the first is drawn, at random and
 * with replacement, from the symbol's own bars up to then: a rank is drawn, and the bar is that with this rank
 * among their log returns. The bar gives its volume, and how far its high and low lie outside open and close;
 * its return is replaced by the normal score of the rank. Times and the first bar stay. The order of returns is
 * lost, and with it every trend, volatility cluster and correlation between symbols.
 *
 * So log returns are independent and normal, with the same volatility for all symbols, and about 30 % of the labels
 * are ones. Moves that are only standardised by mean and deviation keep the shape of each symbol's distribution.
 * Fat tails or skewness change the share of returns above a threshold, and a model learns each symbol's share
 * from its past. For the same reason the overnight part is a common share of every return, and highs and lows are
 * divided by the mean of those up to then.
 *
 * A placebo bar depends only on real bars up to its own, so a longer history leaves every earlier placebo
 * bar unchanged, bit for bit, and one placebo serves all cohorts. A permutation would move later bars to
 * earlier places.
 *
 * @param series Adjusted bars.
 * @param seed The run's seed; each symbol has a stream of its own.
 */
export function placeboSeries(series: BarSeries, seed: number, rule: LabelRule): BarSeries {
  const { close, time } = series;
  const random = randomStream([seed, 'placebo', series.symbol]);
  const overnight = series.interval === '1day' ? OVERNIGHT : 0;
  const deviation = deviationOf(rule, overnight);
  const [shared, apart] = [overnight, deviation * Math.sqrt(overnight * (1 - overnight))];
  const [above, below] = shadowsOf(series);
  const pool = rankedPool(changesOf(close));
  const drawn = {
    open: series.open.slice(),
    high: series.high.slice(),
    low: series.low.slice(),
    close: close.slice(),
    volume: series.volume.slice(),
  };
  let [before, shadows] = [close[0] ?? NaN, 0];
  for (let bar = 1; bar < time.length; bar += 1) {
    pool.add();
    shadows += (above[bar] ?? NaN) + (below[bar] ?? NaN);
    const [score, apartScore] = [random.normal(), random.normal()];
    // The rank of a uniform draw: each bar is drawn with the same probability.
    const rank = Math.min(bar - 1, Math.floor(normalCdf(score) * bar));
    const source = 1 + pool.at(rank);
    const change = deviation * score;
    // Normal, and independent of the rest of the return.
    const gap = shared * change + apart * apartScore;
    const scale = shadows > 0 ? (SHADOWS * deviation * bar) / shadows : 0;
    const [opens, closes] = [before * exp(gap), before * exp(change)];
    drawn.open[bar] = opens;
    drawn.close[bar] = closes;
    drawn.high[bar] = Math.max(opens, closes) * exp(scale * (above[source] ?? NaN));
    drawn.low[bar] = Math.min(opens, closes) * exp(-scale * (below[source] ?? NaN));
    drawn.volume[bar] = series.volume[source] ?? NaN;
    before = closes;
  }
  return { ...series, ...drawn };
}

/** Standard deviation of a bar's log return at which about 30 % of the labels are ones. */
function deviationOf(rule: LabelRule, overnight: number): number {
  const held = rule.horizon - (entryChoice(rule) === 'next-open' ? overnight : 0);
  return scaleUnit(rule.threshold) / (QUANTILE * Math.sqrt(held));
}

/** Log return of every bar but the first. */
function changesOf(close: Float64Array): Float64Array {
  const changes = new Float64Array(Math.max(0, close.length - 1));
  for (let bar = 1; bar < close.length; bar += 1)
    changes[bar - 1] = log((close[bar] ?? NaN) / (close[bar - 1] ?? NaN));
  return changes;
}

/** How far high and low lie outside open and close, as logarithms of at least 0. */
function shadowsOf({ open, high, low, close }: BarSeries): readonly [Float64Array, Float64Array] {
  const above = new Float64Array(close.length);
  const below = new Float64Array(close.length);
  for (let bar = 0; bar < close.length; bar += 1) {
    const [opens, closes] = [open[bar] ?? NaN, close[bar] ?? NaN];
    above[bar] = Math.max(0, log((high[bar] ?? NaN) / Math.max(opens, closes)));
    below[bar] = Math.max(0, log(Math.min(opens, closes) / (low[bar] ?? NaN)));
  }
  return [above, below];
}
