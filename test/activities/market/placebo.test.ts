import { expect } from 'chai';
import * as fc from 'fast-check';

import { ADJACENT_SLOTS } from '../../../activities/market/bar-slots.js';
import { UNRESOLVED } from '../../../activities/market/feature-table.js';
import { labelBars } from '../../../activities/market/labels/labels.js';
import { placeboSeries } from '../../../activities/market/placebo.js';
import { normalCdf } from '../../../activities/stats/normal.js';
import { randomStream } from '../../../data/random.js';
import type { BarSeries } from '../../../data/bars/series.js';
import { sliceBars } from '../../../data/bars/series.js';
import { syntheticSeries } from './synthetic-market.js';

function returns({ close }: BarSeries): number[] {
  return Array.from(close.subarray(1), (price, bar) => Math.log(price / (close[bar] ?? NaN)));
}

function autocorrelation(values: readonly number[]): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const spread = values.reduce((a, b) => a + (b - mean) ** 2, 0);
  return values.slice(1).reduce((a, b, i) => a + (b - mean) * ((values[i] ?? NaN) - mean), 0) / spread;
}

/** A series with autocorrelated returns: strong momentum and volatility clusters. */
function trending(symbol: string): BarSeries {
  const random = randomStream([5, 'trending', symbol]);
  const series = syntheticSeries(symbol, 500);
  let close = 100;
  let last = 0;
  for (let bar = 0; bar < 500; bar += 1) {
    last = 0.7 * last + 0.01 * random.normal();
    const open = close;
    close *= Math.exp(last);
    series.open[bar] = open;
    series.close[bar] = close;
    series.high[bar] = Math.max(open, close) * 1.001;
    series.low[bar] = Math.min(open, close) * 0.999;
  }
  return series;
}

const RULE = { horizon: 5, threshold: 0.02 };
/** Standard deviation of a return at which 30 % of the labels are ones: 0.5244 is the normal quantile of 0.7. */
const DEVIATION = 0.02 / (0.5244 * Math.sqrt(5));

/** Mean and standard deviation of log returns. */
function moments(series: BarSeries): { mean: number; deviation: number } {
  const changes = returns(series);
  const mean = changes.reduce((a, b) => a + b, 0) / changes.length;
  const squares = changes.reduce((a, b) => a + (b - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / changes.length) };
}

/** Index of the real bar that each placebo bar after the first was drawn from, found by its volume. */
function sourcesOf(real: BarSeries, placebo: BarSeries): number[] {
  return Array.from(placebo.volume.subarray(1), (volume) => real.volume.indexOf(volume, 1));
}

/** Logarithms of how far high and low lie outside open and close. */
function shadows({ open, high, low, close }: BarSeries, bar: number): [number, number] {
  const [opens, closes] = [open[bar] ?? NaN, close[bar] ?? NaN];
  return [
    Math.log((high[bar] ?? NaN) / Math.max(opens, closes)),
    Math.log(Math.min(opens, closes) / (low[bar] ?? NaN)),
  ];
}

/** A symbol with a strong upward drift. */
function winner(symbol: string): BarSeries {
  const series = syntheticSeries(symbol, 500);
  for (const column of [series.open, series.high, series.low, series.close])
    for (let bar = 0; bar < column.length; bar += 1)
      column[bar] = (column[bar] ?? NaN) * Math.exp(0.005 * bar);
  return series;
}

describe('placeboSeries', () => {
  const real = syntheticSeries('ALPHA', 400);
  const placebo = placeboSeries(real, 7, RULE);

  it('keeps times and the first bar; every other one is an earlier bar with the rank of its return', () => {
    expect(placebo.time).to.deep.equal(real.time);
    for (const column of ['open', 'high', 'low', 'close', 'volume'] as const)
      expect(placebo[column][0]).to.equal(real[column][0]);
    const changes = returns(real);
    let [ranges, counted] = [0, 0];
    sourcesOf(real, placebo).forEach((source, at) => {
      const bar = at + 1;
      expect(source, `bar ${bar}`).to.be.within(1, bar);
      expect(placebo.volume[bar]).to.equal(real.volume[source]);
      const known = changes.slice(0, bar);
      const rank = known.filter((change) => change < (changes[source - 1] ?? NaN)).length;
      const share = normalCdf((returns(placebo)[at] ?? NaN) / DEVIATION);
      expect(share * bar, `bar ${bar}`).to.be.within(rank - 1e-6, rank + 1 + 1e-6);
      const [above, below] = shadows(real, bar);
      ranges += above + below;
      counted += 1;
      const scale = (0.8 * DEVIATION) / (ranges / counted);
      shadows(placebo, bar).forEach((shadow, side) =>
        expect(shadow, `bar ${bar}`).to.be.closeTo(scale * (shadows(real, source)[side] ?? NaN), 1e-9),
      );
    });
  });

  it('draws every earlier bar with equal probability', () => {
    // Position of the drawn bar as a share of the bars so far: uniform, so mean 1/2 and variance 1/12.
    const shares = Array.from({ length: 40 }, (_, seed) => placeboSeries(real, seed, RULE)).flatMap(
      (series) => sourcesOf(real, series).map((source, at) => (source - 0.5) / (at + 1)),
    );
    const mean = shares.reduce((a, b) => a + b, 0) / shares.length;
    const variance = shares.reduce((a, b) => a + (b - mean) ** 2, 0) / shares.length;
    // 15,960 draws: standard errors of 0.0023 and 0.0006.
    expect(mean).to.be.within(0.49, 0.51);
    expect(variance).to.be.within(0.08, 0.0867);
  });

  it('has three tenths of the variance overnight, independent of the rest of the bar; none within a day', () => {
    const symbols = Array.from({ length: 20 }, (_, index) => syntheticSeries(`O${index}`, 500));
    const parts = symbols.flatMap((series) => {
      const { open, close } = placeboSeries(series, 7, RULE);
      return Array.from(open.subarray(1), (opens, at) => [
        Math.log(opens / (close[at] ?? NaN)) / DEVIATION,
        Math.log((close[at + 1] ?? NaN) / opens) / DEVIATION,
      ]);
    });
    const meanOf = (value: (overnight: number, session: number) => number): number =>
      parts.reduce((sum, [overnight = NaN, session = NaN]) => sum + value(overnight, session), 0) /
      parts.length;
    // 9,980 bars: standard errors of 0.004, 0.010 and 0.005.
    expect(meanOf((overnight) => overnight ** 2)).to.be.within(0.285, 0.315);
    expect(meanOf((_, session) => session ** 2)).to.be.within(0.67, 0.73);
    expect(meanOf((overnight, session) => overnight * session)).to.be.within(-0.015, 0.015);
    const intraday = placeboSeries({ ...real, interval: '5minute' }, 7, RULE);
    expect([...intraday.open.subarray(1)]).to.deep.equal([...intraday.close.subarray(0, -1)]);
  });

  it('does not depend on later bars', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), fc.integer(), (bars, seed) => {
        const short = placeboSeries(sliceBars(real, 0, bars), seed, RULE);
        expect(short).to.deep.equal(sliceBars(placeboSeries(real, seed, RULE), 0, bars));
      }),
      { numRuns: 50 },
    );
  });

  it('removes the autocorrelation of returns and of absolute returns', () => {
    const symbols = Array.from({ length: 30 }, (_, index) => `T${index}`);
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    // Early bars are drawn from few bars; rows are complete only from bar 61 on anyway.
    const known = symbols.map((symbol) => sliceBars(placeboSeries(trending(symbol), 7, RULE), 60, 500));
    expect(mean(symbols.map((symbol) => autocorrelation(returns(trending(symbol)))))).to.be.above(0.6);
    // 30 symbols of 439 returns: the standard error is 0.009.
    expect(mean(known.map((series) => autocorrelation(returns(series))))).to.be.within(-0.03, 0.03);
    const sizes = known.map((series) => autocorrelation(returns(series).map(Math.abs)));
    expect(mean(sizes)).to.be.within(-0.03, 0.03);
  });

  it('carries no past drift into the future', () => {
    const symbols = Array.from({ length: 30 }, (_, index) => `W${index}`);
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    const late = (series: BarSeries): number => mean(returns(series).slice(100));
    expect(mean(symbols.map((symbol) => late(winner(symbol))))).to.be.above(0.004);
    // 30 symbols of 400 returns of about 2 %: the standard error is 0.0002.
    expect(mean(symbols.map((symbol) => late(placeboSeries(winner(symbol), 7, RULE))))).to.be.within(
      -0.0006,
      0.0006,
    );
  });

  it('gives all symbols the same volatility, and 30 % of labels ones', () => {
    const lowVolatility = (symbol: string): BarSeries => {
      const series = syntheticSeries(symbol, 500);
      const shrunk = (prices: Float64Array): Float64Array =>
        prices.map((price) => 100 * (price / 100) ** 0.2);
      const { open, high, low, close } = series;
      return { ...series, open: shrunk(open), high: shrunk(high), low: shrunk(low), close: shrunk(close) };
    };
    const symbols = Array.from({ length: 20 }, (_, index) => `C${index}`);
    const deviations = (make: (symbol: string) => BarSeries): number =>
      symbols.reduce((sum, symbol) => sum + moments(placeboSeries(make(symbol), 7, RULE)).deviation, 0) / 20;
    // 20 symbols of 499 returns: the standard error is about 1 % of the deviation.
    for (const make of [lowVolatility, (symbol: string) => syntheticSeries(symbol, 500), trending])
      expect(deviations(make)).to.be.within(0.95 * DEVIATION, 1.05 * DEVIATION);
    for (const rule of [RULE, { ...RULE, entry: 'next-open' } as const, { ...RULE, horizon: 1 }]) {
      const labels = symbols.flatMap((symbol) => {
        const { label, resolvedAt } = labelBars(
          placeboSeries(lowVolatility(symbol), 7, rule),
          rule,
          ADJACENT_SLOTS,
        );
        return [...label.subarray(60)].filter((_, row) => resolvedAt[row + 60] !== UNRESOLVED);
      });
      expect(labels.reduce((a, b) => a + b, 0) / labels.length).to.be.within(0.26, 0.34);
    }
  });

  it('is the same for the same seed, and differs for another seed or symbol', () => {
    expect(placeboSeries(real, 7, RULE)).to.deep.equal(placebo);
    expect(placeboSeries(real, 8, RULE).close).to.not.deep.equal(placebo.close);
    expect(placeboSeries({ ...real, symbol: 'BETA' }, 7, RULE).close).to.not.deep.equal(placebo.close);
  });

  it('does not change its input, and accepts short series', () => {
    expect(real).to.deep.equal(syntheticSeries('ALPHA', 400));
    for (const days of [0, 1, 2]) {
      const short = syntheticSeries('SHORT', days);
      const shuffled = placeboSeries(short, 7, RULE);
      expect(shuffled.time).to.have.length(days);
      expect(Array.from(shuffled.close).every((price) => price > 0)).to.equal(true);
    }
  });
});
