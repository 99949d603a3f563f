import { expect } from 'chai';
import fc from 'fast-check';

import { equityCurve, maxDrawdown } from '../../../../activities/figures/strategy/returns.js';
import { monthlyReturns, yearlyReturns } from '../../../../client/dashboard/figures/calendar-returns.js';
import { differences } from '../../../../client/dashboard/figures/compare-runs.js';
import { drawdownsOf, underwater } from '../../../../client/dashboard/figures/drawdowns.js';
import {
  cumulative,
  rollingBeta,
  rollingMean,
  rollingSharpe,
} from '../../../../client/dashboard/figures/rolling.js';
import { meanPerYear, waterfall } from '../../../../client/dashboard/figures/waterfall.js';

const returns = fc.array(fc.double({ min: -0.5, max: 0.5, noNaN: true }), { minLength: 1, maxLength: 60 });
const wealthOf = (values: readonly number[]): number[] =>
  Array.from(
    equityCurve({ returns: Float64Array.from(values), bars: new Int32Array(values.length).fill(1) }),
  );

describe('drawdowns', () => {
  it('have their peak, trough and recovery, the deepest first', () => {
    expect(drawdownsOf([0.9, 1.1, 0.99, null, 0.88, 1.2, 1.08])).to.deep.equal([
      { peak: 1, trough: 4, recovered: 5, depth: 1 - 0.88 / 1.1 },
      { peak: -1, trough: 0, recovered: 1, depth: 1 - 0.9 },
      { peak: 5, trough: 6, recovered: null, depth: 1 - 1.08 / 1.2 },
    ]);
    expect(drawdownsOf([1, 1.1, 1.2])).to.deep.equal([]);
    expect(drawdownsOf([])).to.deep.equal([]);
  });

  it('lie between 0 and 1, do not overlap, and the deepest is the maximum drawdown', () => {
    fc.assert(
      fc.property(returns, (values) => {
        const equity = wealthOf(values);
        const found = drawdownsOf(equity);
        expect(found[0]?.depth ?? 0).to.equal(maxDrawdown(Float64Array.from(equity)));
        expect(Math.min(0, ...underwater(equity).map((value) => value ?? 0))).to.be.closeTo(
          -(found[0]?.depth ?? 0),
          1e-12,
        );
        const inTime = [...found].sort((a, b) => a.peak - b.peak);
        for (const [at, { peak, trough, recovered, depth }] of inTime.entries()) {
          expect(depth).to.be.greaterThan(0).and.at.most(1);
          expect(trough).to.be.greaterThan(peak);
          if (recovered === null) expect(at).to.equal(inTime.length - 1);
          else {
            expect(recovered).to.be.greaterThan(trough);
            expect(inTime[at + 1]?.peak ?? Infinity).to.be.at.least(recovered);
          }
        }
      }),
    );
  });
});

describe('returns by month and year', () => {
  it('start where the month before ended', () => {
    const sessions = ['2023-11-29', '2023-11-30', '2023-12-29', '2024-02-01', '2024-02-02'];
    const equity = [1.01, 1.1, 1.21, null, 1.089];
    expect(monthlyReturns(sessions, equity).map(({ period }) => period)).to.deep.equal([
      '2023-11',
      '2023-12',
      '2024-02',
    ]);
    const values = monthlyReturns(sessions, equity).map(({ value }) => value);
    expect(values[0]).to.be.closeTo(0.1, 1e-12);
    expect(values[1]).to.be.closeTo(0.1, 1e-12);
    expect(values[2]).to.be.closeTo(-0.1, 1e-12);
    expect(yearlyReturns(sessions, equity).map(({ period }) => period)).to.deep.equal(['2023', '2024']);
  });

  it('compound to the whole', () => {
    fc.assert(
      fc.property(returns, (values) => {
        const equity = wealthOf(values);
        const sessions = equity.map((_, at) =>
          new Date(Date.UTC(2023, 0, 1 + 9 * at)).toISOString().slice(0, 10),
        );
        for (const periods of [monthlyReturns(sessions, equity), yearlyReturns(sessions, equity)])
          expect(periods.reduce((wealth, { value }) => wealth * (1 + value), 1)).to.be.closeTo(
            equity.at(-1) ?? NaN,
            1e-9 * (equity.at(-1) ?? 1) + 1e-12,
          );
      }),
    );
  });
});

describe('rolling figures', () => {
  it('need a whole window of sessions that have a value', () => {
    expect(rollingMean([1, null, 2, 3, 4], 3)).to.deep.equal([null, null, null, 2, 3]);
    expect(cumulative([1, null, 2])).to.deep.equal([1, null, 3]);
  });

  it('have the Sharpe ratio of metrics.json over a window of all holdings', () => {
    const own = [0.02, -0.01, 0.03, 0.01];
    const mean = (0.02 - 0.01 + 0.03 + 0.01) / 4;
    const deviation = Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 3);
    // Held for 4 bars: mean per bar is a quarter, deviation per root of a bar a half.
    const found = rollingSharpe(own, [4, 4, 4, 4], 252, 4).at(-1) ?? NaN;
    expect(found).to.be.closeTo(((mean / 4) * 252) / ((deviation / 2) * Math.sqrt(252)), 1e-12);
    expect(rollingSharpe([0.01, 0.01], [1, 1], 252, 2)).to.deep.equal([null, null]);
  });

  it('have the beta that returns were made with', () => {
    fc.assert(
      fc.property(returns, fc.double({ min: -3, max: 3, noNaN: true }), (market, beta) => {
        const own = market.map((value) => 0.001 + beta * value);
        const found = rollingBeta(own, market, market.length).at(-1) ?? null;
        const spread = Math.max(...market) - Math.min(...market);
        if (spread > 1e-3) expect(found).to.be.closeTo(beta, 1e-6);
        if (spread === 0 && market.length === 1) expect(found).to.equal(null);
      }),
    );
  });
});

describe('costs and comparisons', () => {
  it('lead from gross to net, each charge from where the one before ended', () => {
    const steps = waterfall(0.1, [
      { charge: 'brokerage', perYear: 0.01 },
      { charge: 'stt', perYear: 0.02 },
    ]);
    expect(steps.map(({ name, kind }) => `${name} ${kind}`)).to.deep.equal([
      'gross total',
      'brokerage cost',
      'stt cost',
      'net total',
    ]);
    expect(steps[2]?.from).to.equal(steps[1]?.to);
    expect(steps.at(-1)?.to).to.be.closeTo(0.07, 1e-12);
    expect(meanPerYear([0.1, null, 0.2], [10, null, 10], 250)).to.be.closeTo(3.75, 1e-12);
    expect(meanPerYear([null], [null], 250)).to.equal(null);
  });

  it('name nothing but what differs', () => {
    expect(
      differences(
        [
          ['seed', '1'],
          ['net', '3 %'],
          ['gone', 'x'],
        ],
        [
          ['seed', '1'],
          ['net', '4 %'],
          ['new', 'y'],
        ],
      ),
    ).to.deep.equal([
      { name: 'net', a: '3 %', b: '4 %' },
      { name: 'gone', a: 'x', b: 'none' },
      { name: 'new', a: 'none', b: 'y' },
    ]);
  });
});
