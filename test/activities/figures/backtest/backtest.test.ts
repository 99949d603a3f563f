import { expect } from 'chai';

import { computeFigures } from '../../../../activities/figures/figures.js';
import type { PredictionSets } from '../../../../activities/figures/figures.js';
import type { MarketRows } from '../../../../activities/figures/market-rows.js';
import { equityCurve, maxDrawdown } from '../../../../activities/figures/strategy/returns.js';
import type { Backtest, BacktestArm } from '../../../../data/schemas/backtest.js';
import { backtestSchema } from '../../../../data/schemas/backtest.js';
import { fixtureMarket } from '../market-fixture.js';

const options = { seed: 7, horizon: 5, trials: 3, market: 'nse', entry: 'next-open' } as const;
/** A fifth of 25 symbols is what the strategy holds. */
const sets = fixtureMarket({ seed: 5, symbols: 25, dates: 40, cohorts: 2, signal: 0.3 });

describe('the backtest', () => {
  const { metrics, backtest } = computeFigures(sets, options);
  const student = armOf(backtest, 'student');
  const { strategy } = metrics.forward.student;

  it('has a value of every series for every session', () => {
    expect(backtestSchema.parse(backtest)).to.deep.equal(backtest);
    expect(backtest.sessions).to.have.length(80);
    expect(backtest.arms.map(({ name }) => name)).to.deep.equal([
      'student',
      'teacher',
      'placebo',
      'factorSum',
    ]);
    for (const arm of backtest.arms)
      for (const series of [
        ...[arm.bars, arm.held, arm.gross.returns, arm.gross.equity, arm.net.returns, arm.net.equity],
        ...[arm.equalWeight, arm.turnover, arm.traded, arm.rankIc, arm.neutralRankIc],
        ...arm.sectors.map(({ held }) => held),
        ...Object.values(arm.exposure ?? {}),
      ])
        expect(series).to.have.length(80);
  });

  it('leads to the figures of metrics.json', () => {
    const [gross, net, equal] = [student.gross.returns, student.net.returns, student.equalWeight];
    const bars = known(student.bars);
    const yearly = (returns: readonly (number | null)[]): number =>
      252 * average(known(returns).map((value, i) => value / (bars[i] ?? NaN)));
    expect(known(net)).to.have.length(strategy.holdings);
    near(sum(student.charges.map(({ perYear }) => perYear)), strategy.costPerYear);
    near(yearly(gross) - yearly(net), strategy.costPerYear);
    near(yearly(net) - yearly(equal), strategy.active.meanPerYear);
    near(maxDrawdown(Float64Array.from(known(student.net.equity))), strategy.net.maxDrawdown);
    near((known(student.net.equity).at(-1) ?? NaN) ** (252 / bars.length) - 1, strategy.net.annualisedReturn);
    near(sum(student.sectors.map(({ perYear }) => perYear)), yearly(gross));
    near(sum(student.sectors.map(({ universePerYear }) => universePerYear)), yearly(equal));
    near(sum(student.sectors.map(({ share }) => share)), 1);
    near(sum(student.sectors.map(({ universeShare }) => universeShare)), 1);
    const [lowest = NaN, , , , highest = NaN] = student.quantiles.perYear;
    near(highest - lowest, strategy.longShort.grossPerYear);
    near(average(student.quantiles.perYear), yearly(equal));
    const byYear = student.quantilesByYear;
    expect(sum(byYear.map(({ holdings }) => holdings))).to.equal(student.quantiles.holdings);
  });

  it('has the rank ICs by session of the ranking figures', () => {
    for (const arm of backtest.arms) {
      const row = metrics.ranking.rows.find(({ name }) => name === arm.name);
      const headline = row?.horizons.find(({ horizon }) => horizon === backtest.icHorizon);
      near(average(known(arm.rankIc)), headline?.raw.mean ?? NaN);
      near(average(known(arm.neutralRankIc)), headline?.neutral.mean ?? NaN);
      expect(known(arm.rankIc)).to.have.length(headline?.raw.days ?? -1);
    }
  });

  it('compares with the universe over the same bars: equal weight, and weight by traded value', () => {
    const { equalWeight, tradedValue } = backtest.benchmarks;
    expect(equalWeight.returns).to.deep.equal(student.equalWeight);
    const { market } = sets;
    backtest.sessions.forEach((session, i) => {
      const bars = student.bars[i] ?? null;
      const rows = [...market.outcomes.date.keys()].filter((row) => market.outcomes.date[row] === session);
      if (bars === null) return;
      const returns = rows.map((row) => entryToEntry(market, row, bars));
      if (returns.some(Number.isNaN)) return;
      const weights = rows.map((row) => market.exposures.tradedValue[row] ?? NaN);
      near(equalWeight.returns[i] ?? NaN, average(returns));
      near(
        tradedValue.returns[i] ?? NaN,
        sum(returns.map((value, at) => value * (weights[at] ?? NaN))) / sum(weights),
      );
    });
    const bars = Int32Array.from(known(student.bars));
    const returns = Float64Array.from(known(tradedValue.returns));
    expect(known(tradedValue.equity)).to.deep.equal([...equityCurve({ returns, bars })]);
  });

  it('states how the held symbols stand among all, and their sectors', () => {
    const { market, student: rows } = sets;
    const [session = ''] = backtest.sessions;
    const own = [...rows.date.keys()].filter((row) => rows.date[row] === session);
    const held = [...own].sort((a, b) => (rows.score[b] ?? 0) - (rows.score[a] ?? 0)).slice(0, 5);
    const valueOf = (column: readonly number[], row: number): number =>
      column[marketRow(market, rows.symbol[row] ?? '', session)] ?? NaN;
    const rankOf = (column: readonly number[], row: number): number => {
      const value = valueOf(column, row);
      const less = own.filter((other) => valueOf(column, other) < value).length;
      const greater = own.filter((other) => valueOf(column, other) > value).length;
      return (less - greater) / (2 * own.length);
    };
    for (const [series, column] of [
      [student.exposure?.beta, market.exposures.beta],
      [student.exposure?.volatility, market.exposures.volatility],
      [student.exposure?.tradedValue, market.exposures.tradedValue],
    ] as const)
      near(series?.[0] ?? NaN, average(held.map((row) => rankOf(column, row))));
    for (const { sector, held: counts } of student.sectors)
      expect(counts[0]).to.equal(
        held.filter(
          (row) => market.exposures.sector[marketRow(market, rows.symbol[row] ?? '', session)] === sector,
        ).length,
      );
    expect(armOf(backtest, 'placebo')).to.deep.include({ exposure: null, sectors: [] });
  });

  it('trades the sum of the simple factors on the rows and for the bars of the students', () => {
    const factors = armOf(backtest, 'factorSum');
    const { market } = sets;
    const column = market.factors.values[1] ?? [];
    const session = factors.gross.returns.findIndex((value, i) => value !== null && i > 10);
    const bars = factors.bars[session] ?? NaN;
    expect(factors.bars[session]).to.equal(student.bars[session]);
    const rows = [...market.factors.date.keys()].filter(
      (row) => market.factors.date[row] === backtest.sessions[session],
    );
    const best = [...rows].sort((a, b) => (column[b] ?? NaN) - (column[a] ?? NaN)).slice(0, 5);
    near(factors.gross.returns[session] ?? NaN, average(best.map((row) => entryToEntry(market, row, bars))));
  });

  it('without a market, has neither exposures nor factors, and no benchmark by traded value', () => {
    const { market: _, ...alone } = sets;
    const without = computeFigures(alone, options).backtest;
    expect(backtestSchema.parse(without)).to.deep.equal(without);
    expect(without.arms.map(({ name }) => name)).to.deep.equal(['student', 'teacher', 'placebo']);
    expect(known(without.benchmarks.tradedValue.equity)).to.deep.equal([]);
    expect(known(without.benchmarks.equalWeight.equity)).to.have.length(80);
  });

  it('without students, has their empty arm', () => {
    const none: PredictionSets = { ...sets, student: { ...sets.student, symbol: [], date: [], window: [] } };
    const { arms } = computeFigures(none, options).backtest;
    expect(arms[0]).to.deep.include({ name: 'student', holdings: 0, charges: [] });
  });
});

function armOf({ arms }: Backtest, name: BacktestArm['name']): BacktestArm {
  const arm = arms.find((one) => one.name === name);
  if (arm === undefined) throw new Error(`no ${name}`);
  return arm;
}

function marketRow({ outcomes }: MarketRows, symbol: string, date: string): number {
  return outcomes.symbol.findIndex((name, row) => name === symbol && outcomes.date[row] === date);
}

/** The fixture has one row a symbol and session: 25 rows lead to the next session. */
function entryToEntry({ outcomes }: MarketRows, row: number, bars: number): number {
  return (outcomes.entryPrice[row + bars * 25] ?? NaN) / (outcomes.entryPrice[row] ?? NaN) - 1;
}

function known(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function average(values: readonly number[]): number {
  return sum(values) / values.length;
}

function near(found: number, expected: number | null): void {
  expect(found).to.be.closeTo(expected ?? NaN, 1e-10);
}
