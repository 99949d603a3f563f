import { expect } from 'chai';
import fc from 'fast-check';

import type { CrossSection } from '../../../../activities/figures/cross-section.js';
import { costOf } from '../../../../activities/figures/strategy/costs.js';
import { equityCurve, maxDrawdown, returnFigures } from '../../../../activities/figures/strategy/returns.js';
import type { StrategyPath } from '../../../../activities/figures/strategy/sleeves.js';
import { runStrategy } from '../../../../activities/figures/strategy/sleeves.js';
import { outerPlaces, topOf, topPlaces } from '../../../../activities/figures/top-share.js';

const DAY = '2024-03-01';
const sell = costOf('delivery', 'sell', DAY);
const buy = costOf('delivery', 'buy', DAY);
const [sellShort, coverShort] = [costOf('futures', 'sell', DAY), costOf('futures', 'buy', DAY)];

/** A date on which five or more symbols have these scores; their rows follow those of the dates before. */
function section(date: number, score: readonly number[]): CrossSection {
  return {
    date,
    symbol: Int32Array.from(score.keys()),
    score: Float64Array.from(score),
    forwardReturn: new Float64Array(score.length),
    row: Int32Array.from(score.keys(), (symbol) => date * score.length + symbol),
  };
}

/** Runs the strategy, with every return known. @param returns By symbol, the same on every date. */
function run(
  scores: readonly (readonly number[])[],
  returns: readonly number[],
  bars: number,
  tradedValue: readonly number[] = returns.map(() => NaN),
): StrategyPath {
  const all = Float64Array.from(scores.flatMap(() => [...returns]));
  return runStrategy(
    { dates: scores.map(() => DAY), tradedValue: Float64Array.from(scores.flatMap(() => [...tradedValue])) },
    scores.map((score, date) => section(date, score)),
    () => bars,
    () => ({ returns: all, atClose: new Uint8Array(all.length) }),
  );
}

const holdings = (returns: readonly number[] | Float64Array, bars: number) => ({
  returns: Float64Array.from(returns),
  bars: new Int32Array(returns.length).fill(bars),
});

describe('the strategy', () => {
  it('takes the top share by score, at least one symbol, ties by symbol', () => {
    expect([...topOf(section(0, [0.2, 0.9, 0.9, 0.1, 0.3]))]).to.deep.equal([1]);
    const many = Float64Array.from({ length: 25 }, (_, i) => i / 25);
    expect([...topPlaces(many, 0.1)]).to.deep.equal([24, 23, 22]);
    expect([...topPlaces(many, 0.2)]).to.deep.equal([24, 23, 22, 21, 20]);
    expect([...outerPlaces(many, 0.1).bottom]).to.deep.equal([0, 1, 2]);
  });

  it('holds a sleeve for its bars and pays costs only for what it replaces', () => {
    const first = [0.9, 0.1, 0, 0, -1];
    const second = [0.1, 0.9, 0, 0, -1];
    const path = run([first, second, first, first], [0.1, -0.05, 0, 0, 0.02], 2);
    expect([...path.gross]).to.deep.equal([0.1, -0.05, 0.1, 0.1]);
    // The sleeve of date 2 keeps the symbols of date 0; that of date 3 replaces those of date 1.
    expect([...path.turnover]).to.deep.equal([1, 1, 0, 1]);
    expect([...path.traded]).to.deep.equal([1, 1, 0, 2]);
    expect(path.net[0]).to.be.closeTo(0.1 - buy, 1e-15);
    expect(path.net[2]).to.be.closeTo(0.1, 1e-15);
    expect(path.net[3]).to.be.closeTo(0.1 - buy - sell, 1e-15);
    path.equalWeight.forEach((value) => expect(value).to.be.closeTo(0.014, 1e-15));
    expect([...path.holdings]).to.deep.equal([1, 1, 1, 1]);
    // The last symbol is sold short all the time, as a future.
    expect(path.longShort[0]).to.be.closeTo(0.1 - 0.02, 1e-15);
    expect(path.longShortNet[0]).to.be.closeTo(0.08 - buy - sellShort, 1e-15);
    expect(path.longShortNet[3]).to.be.closeTo(0.08 - buy - sell, 1e-15);
    expect(coverShort).to.be.lessThan(sellShort);
  });

  it('does not trade symbols whose return is unknown, nor on dates with fewer than five others', () => {
    const scores = [0.9, 0.8, 0.3, 0.2, 0.1, 0];
    const known = [0.1, 0.2, 0, 0, 0, 0];
    const cut = run([scores], [NaN, ...known.slice(1)], 5);
    expect([...cut.gross]).to.deep.equal([0.2]);
    expect(run([scores], [NaN, NaN, ...known.slice(2)], 5).date).to.have.length(0);
    expect(run([scores], known, 5).gross[0]).to.be.closeTo(0.15, 1e-15);
  });

  it('is limited by the traded value of the symbol with the least', () => {
    // Two of ten symbols, a fifth of the capital on each date: orders are a tenth of the capital.
    const scores = Array.from({ length: 10 }, (_, i) => -i);
    const values = [4e9, 1e9, ...Array<number>(8).fill(1)];
    const { capacity } = run([scores], Array<number>(10).fill(0), 5, values);
    expect(capacity[0]).to.be.closeTo(0.05 * 1e9 * 10, 1);
    expect(run([scores], Array<number>(10).fill(0), 5).capacity[0]).to.deep.equal(NaN);
  });

  it('compounds each sleeve separately, and divides the wealth again where the holding period changes', () => {
    const curve = equityCurve(holdings([0.1, 0, -0.5, 0.2], 2));
    expect(curve[0]).to.be.closeTo(1.05, 1e-15);
    expect(curve[2]).to.be.closeTo((1.1 * 0.5 + 1) / 2, 1e-15);
    expect(maxDrawdown(curve)).to.be.closeTo(1 - 0.775 / 1.05, 1e-15);
    expect(maxDrawdown(Float64Array.of(0.9, 1))).to.be.closeTo(0.1, 1e-15);
    const changed = equityCurve({ returns: Float64Array.of(0.1, 0.2), bars: Int32Array.of(2, 4) });
    expect(changed[1]).to.be.closeTo(1.05 * 1.05, 1e-15);
  });

  it('annualises by sessions: 252 sessions at 1 % per session are 1.01^252, not the calendar days', () => {
    const year = returnFigures(holdings(new Float64Array(252).fill(0.01), 1), 252);
    expect(year.annualisedReturn).to.be.closeTo(1.01 ** 252 - 1, 1e-9);
    // Holding for five bars: 252 holdings of 5 % in five sleeves are a year of 50.4 holdings each.
    const week = returnFigures(holdings(new Float64Array(250).fill(0.05), 5), 250);
    expect(week.annualisedReturn).to.be.closeTo(1.05 ** 50 - 1, 1e-9);
  });

  it('computes the Sharpe ratio from whole holdings, not from smooth overlapping sleeves', () => {
    const returns = Float64Array.from({ length: 500 }, (_, i) => (i % 2 === 0 ? 0.03 : -0.02));
    const figures = returnFigures(holdings(returns, 5), 252);
    const deviation = 0.025 * Math.sqrt(500 / 499);
    expect(figures.volatility).to.be.closeTo(deviation * Math.sqrt(252 / 5), 1e-12);
    expect(figures.sharpe).to.be.closeTo((0.005 / deviation) * Math.sqrt(252 / 5), 1e-12);
    expect(figures.sortino).to.be.closeTo((0.005 / (0.02 / Math.SQRT2)) * Math.sqrt(252 / 5), 1e-12);
  });

  it('never earns more after costs than before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 12, maxLength: 12 }), {
          minLength: 1,
          maxLength: 30,
        }),
        fc.integer({ min: 1, max: 7 }),
        (days, bars) => {
          const path = run(
            days,
            Array.from({ length: 12 }, (_, i) => i / 100 - 0.05),
            bars,
          );
          path.net.forEach((net, i) => {
            expect(net).to.be.at.most(path.gross[i] ?? NaN);
            expect(path.turnover[i]).to.be.within(0, 1);
            expect(path.longShortNet[i]).to.be.at.most(path.longShort[i] ?? NaN);
          });
        },
      ),
    );
  });

  it('returns null, not NaN, without data', () => {
    expect(Object.values(returnFigures(holdings([], 5), 252))).to.deep.equal(Array(5).fill(null));
    expect(returnFigures(holdings([0.01, 0.01], 1), 252).sharpe).to.equal(null);
  });
});
