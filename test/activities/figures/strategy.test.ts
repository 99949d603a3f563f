import { expect } from 'chai';
import fc from 'fast-check';

import type { CrossSection } from '../../../activities/figures/cross-section.js';
import {
  COSTS_BPS,
  equityCurve,
  maxDrawdown,
  returnFigures,
  runStrategy,
  topOf,
} from '../../../activities/figures/strategy.js';

const sell = (COSTS_BPS.brokerage + COSTS_BPS.slippage + COSTS_BPS.stt + COSTS_BPS.fees) / 1e4;
const buy = sell + COSTS_BPS.stampDuty / 1e4;

function section(
  date: number,
  probability: readonly number[],
  forwardReturn: readonly number[],
): CrossSection {
  return {
    date,
    symbol: Int32Array.from(probability.keys()),
    probability: Float64Array.from(probability),
    forwardReturn: Float64Array.from(forwardReturn),
  };
}

describe('the strategy', () => {
  it('buys the top tenth, at least one symbol, ties by symbol', () => {
    expect([...topOf(section(0, [0.2, 0.9, 0.9, 0.1, 0.3], [0, 0, 0, 0, 0]))]).to.deep.equal([1]);
    const many = Array.from({ length: 25 }, (_, i) => i / 25);
    expect([...topOf(section(0, many, many))]).to.deep.equal([24, 23, 22]);
  });

  it('holds a sleeve for the horizon and pays costs only for what it replaces', () => {
    const returns = [0.1, -0.05, 0, 0, 0];
    const sections = [
      section(0, [0.9, 0.1, 0, 0, 0], returns),
      section(1, [0.1, 0.9, 0, 0, 0], returns),
      section(2, [0.9, 0.1, 0, 0, 0], returns),
      section(3, [0.9, 0.1, 0, 0, 0], returns),
    ];
    const path = runStrategy(sections, 2);
    expect([...path.gross]).to.deep.equal([0.1, -0.05, 0.1, 0.1]);
    // The sleeve of date 2 keeps the symbols of date 0; that of date 3 replaces those of date 1.
    expect([...path.turnover]).to.deep.equal([1, 1, 0, 1]);
    expect(path.net[0]).to.be.closeTo(0.1 - buy, 1e-15);
    expect(path.net[2]).to.be.closeTo(0.1, 1e-15);
    expect(path.net[3]).to.be.closeTo(0.1 - buy - sell, 1e-15);
    expect([...path.equalWeight]).to.deep.equal([0.01, 0.01, 0.01, 0.01]);
  });

  it('compounds each sleeve separately', () => {
    const curve = equityCurve(Float64Array.of(0.1, 0, -0.5, 0.2), 2);
    expect(curve[0]).to.be.closeTo(1.05, 1e-15);
    expect(curve[2]).to.be.closeTo((1.1 * 0.5 + 1) / 2, 1e-15);
    expect(maxDrawdown(curve)).to.be.closeTo(1 - 0.775 / 1.05, 1e-15);
    expect(maxDrawdown(Float64Array.of(0.9, 1))).to.be.closeTo(0.1, 1e-15);
  });

  it('annualises by sessions: 252 sessions at 1 % per session are 1.01^252, not the calendar days', () => {
    const year = returnFigures(new Float64Array(252).fill(0.01), 1, 252);
    expect(year.annualisedReturn).to.be.closeTo(1.01 ** 252 - 1, 1e-9);
    // Holding for five bars: 252 holdings of 5 % in five sleeves are a year of 50.4 holdings each.
    const week = returnFigures(new Float64Array(250).fill(0.05), 5, 250);
    expect(week.annualisedReturn).to.be.closeTo(1.05 ** 50 - 1, 1e-9);
  });

  it('computes the Sharpe ratio from whole holdings, not from smooth overlapping sleeves', () => {
    const returns = Float64Array.from({ length: 500 }, (_, i) => (i % 2 === 0 ? 0.03 : -0.02));
    const figures = returnFigures(returns, 5, 252);
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
        (days, horizon) => {
          const path = runStrategy(
            days.map((scores, i) =>
              section(
                i,
                scores,
                scores.map((score) => score / 10 - 0.05),
              ),
            ),
            horizon,
          );
          path.net.forEach((net, i) => {
            expect(net).to.be.at.most(path.gross[i] ?? NaN);
            expect(path.turnover[i]).to.be.within(0, 1);
          });
        },
      ),
    );
  });

  it('returns null, not NaN, without data', () => {
    expect(Object.values(returnFigures(new Float64Array(0), 5, 252))).to.deep.equal(Array(5).fill(null));
    expect(returnFigures(Float64Array.of(0.01, 0.01), 1, 252).sharpe).to.equal(null);
  });
});
