import { expect } from 'chai';

import { placeboSeries } from '../../../activities/teach/placebo.js';
import { randomStream } from '../../../data/random.js';
import type { BarSeries } from '../../../data/bars/series.js';
import { inventedSeries } from './invented-market.js';

function returns({ close }: BarSeries): number[] {
  return Array.from(close.subarray(1), (price, bar) => Math.log(price / (close[bar] ?? NaN)));
}

function autocorrelation(values: readonly number[]): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const spread = values.reduce((a, b) => a + (b - mean) ** 2, 0);
  return values.slice(1).reduce((a, b, i) => a + (b - mean) * ((values[i] ?? NaN) - mean), 0) / spread;
}

/** A series whose returns follow one another: strong momentum, and calm and wild stretches. */
function trending(symbol: string): BarSeries {
  const random = randomStream([5, 'trending', symbol]);
  const series = inventedSeries(symbol, 500);
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

describe('placeboSeries', () => {
  const real = inventedSeries('ALPHA', 400);
  const placebo = placeboSeries(real, 7);

  it('keeps times, the first bar, and every return and volume, in another order', () => {
    expect(placebo.time).to.deep.equal(real.time);
    for (const column of ['open', 'high', 'low', 'close', 'volume'] as const)
      expect(placebo[column][0]).to.equal(real[column][0]);
    const before = returns(real).sort((a, b) => a - b);
    const after = returns(placebo).sort((a, b) => a - b);
    after.forEach((value, index) => {
      expect(value).to.be.closeTo(before[index] ?? NaN, 1e-12);
    });
    expect(Array.from(placebo.volume).sort()).to.deep.equal(Array.from(real.volume).sort());
    expect(returns(placebo)).to.not.deep.equal(returns(real));
    // The same returns lead to the same place.
    expect(placebo.close[399]).to.be.closeTo(real.close[399] ?? NaN, 1e-6);
  });

  it('keeps each bar as it is: its shape and its volume stay together', () => {
    const shapes = ({ open, high, low, close, volume }: BarSeries): Map<number, number[]> =>
      new Map(
        Array.from(volume, (shares, bar): [number, number[]] => {
          const previous = close[bar - 1] ?? NaN;
          return [shares, [open, high, low, close].map((column) => (column[bar] ?? NaN) / previous)];
        }).slice(1),
      );
    const after = shapes(placebo);
    for (const [shares, shape] of shapes(real))
      shape.forEach((value, index) => {
        expect(after.get(shares)?.[index]).to.be.closeTo(value, 1e-12);
      });
    placebo.high.forEach((high, bar) => {
      expect(high).to.be.at.least(Math.max(placebo.open[bar] ?? NaN, placebo.close[bar] ?? NaN));
      expect(placebo.low[bar]).to.be.at.most(Math.min(placebo.open[bar] ?? NaN, placebo.close[bar] ?? NaN));
    });
  });

  it('leaves nothing of the order: autocorrelation of returns and of their size is gone', () => {
    const symbols = Array.from({ length: 30 }, (_, index) => `T${index}`);
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    const shuffled = symbols.map((symbol) => placeboSeries(trending(symbol), 7));
    expect(mean(symbols.map((symbol) => autocorrelation(returns(trending(symbol)))))).to.be.above(0.6);
    // 30 symbols of 499 returns: the standard error is 0.008.
    expect(mean(shuffled.map((series) => autocorrelation(returns(series))))).to.be.within(-0.03, 0.03);
    const sizes = shuffled.map((series) => autocorrelation(returns(series).map(Math.abs)));
    expect(mean(sizes)).to.be.within(-0.03, 0.03);
  });

  it('gives the same for the same seed, something else for another seed or symbol', () => {
    expect(placeboSeries(real, 7)).to.deep.equal(placebo);
    expect(placeboSeries(real, 8).close).to.not.deep.equal(placebo.close);
    expect(placeboSeries({ ...real, symbol: 'BETA' }, 7).close).to.not.deep.equal(placebo.close);
  });

  it('leaves the series it is given as it was, and takes short ones', () => {
    expect(real).to.deep.equal(inventedSeries('ALPHA', 400));
    for (const days of [0, 1, 2]) {
      const short = inventedSeries('SHORT', days);
      const shuffled = placeboSeries(short, 7);
      expect(shuffled.time).to.have.length(days);
      expect(Array.from(shuffled.close).every((price) => price > 0)).to.equal(true);
    }
  });
});
