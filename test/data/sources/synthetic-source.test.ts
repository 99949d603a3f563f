import { expect } from 'chai';

import { sha256 } from '../../../data/store/files.js';
import { seriesText } from '../../../data/bars/bar-store.js';
import type { BarSeries } from '../../../data/bars/series.js';
import { validateSeries } from '../../../data/bars/validate-series.js';
import { adjustSeries } from '../../../data/corporate-actions.js';
import { InvalidInputError } from '../../../data/errors.js';
import type { Universe } from '../../../data/schemas/universe.js';
import type { BarSource } from '../../../data/sources/source.js';
import { REVERSAL, TREND, signal } from '../../../data/sources/synthetic/signal.js';
import { openSyntheticSource } from '../../../data/sources/synthetic/synthetic-source.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { isoDate } from '../../../data/time/dates.js';
import { loadUniverse } from '../../../data/universe.js';
import { calendar } from '../../support/bars.js';

describe('the synthetic source', () => {
  let universe: Universe;
  let source: BarSource;
  const all = new Map<string, BarSeries>();
  const open = (seed: number, of: Universe = universe): BarSource =>
    openSyntheticSource(
      { source: 'synthetic', interval: '1day', seed },
      { packageRoot, universe: of, calendar },
    );

  before(async () => {
    universe = await loadUniverse('nifty100', packageRoot);
    source = open(7);
    for (const { symbol } of universe.members) {
      const { series } = await source.read(symbol);
      if (series !== null) all.set(symbol, series);
    }
  });

  const bytes = async (from: BarSource, symbol: string): Promise<string> => {
    const { series } = await from.read(symbol);
    return series === null ? 'none' : sha256(seriesText(series));
  };

  it('gives the bars it gave before, to the last bit', async () => {
    // These change when the made-up market does, and only then: every run on it gets another digest.
    expect(await bytes(source, 'RELIANCE')).to.equal(
      '7ac5d9d271768191367912fc02846bf7e62c16845116f4a6e8be5d275e2915b5',
    );
    expect(await bytes(source, 'M&M')).to.equal(
      'c3d3a2fdc24a62e77ac97a61c521817a05c6c1245dc85f78399af790808b3ea2',
    );
  });

  it('makes a symbol the same whatever else is read, and another one from another seed', async () => {
    const alone = open(7, {
      name: 'two',
      members: universe.members.filter(({ symbol }) => symbol === 'TCS'),
    });
    expect(await bytes(alone, 'TCS')).to.equal(await bytes(source, 'TCS'));
    expect(await bytes(open(8), 'TCS')).not.to.equal(await bytes(source, 'TCS'));
  });

  it('has bars of every symbol but the excluded ones, from its listing on', () => {
    expect(all.size).to.equal(96);
    for (const { symbol, exclusion, listingDate } of universe.members) {
      const first = all.get(symbol)?.time[0];
      if (exclusion !== null) expect(first, symbol).to.equal(undefined);
      else if (symbol === 'NESTLEIND' || (listingDate ?? '') <= '2020-01-01')
        expect(isoDate((first ?? 0) / 1440), symbol).to.equal('2020-01-01');
      else expect(isoDate((first ?? 0) / 1440), symbol).to.equal(listingDate);
    }
    expect(
      [...all.values()].every(({ time }) => isoDate((time.at(-1) ?? 0) / 1440) === '2024-12-31'),
    ).to.equal(true);
  });

  it('passes its own gate, with splits, missing sessions and prices on the tick', () => {
    let splits = 0;
    let missing = 0;
    for (const { symbol, listingDate } of universe.members) {
      const series = all.get(symbol);
      if (series === undefined) continue;
      const actions = source.actions(symbol);
      const { findings, missingSessions } = validateSeries(series, { calendar, actions, listingDate });
      expect(
        findings.filter(({ severity, code }) => severity === 'error' || code === 'unexplained_jump'),
        symbol,
      ).to.deep.equal([]);
      for (const price of series.close)
        expect(Math.abs(price / 0.05 - Math.round(price / 0.05))).to.be.below(1e-6);
      splits += actions.length;
      missing += missingSessions > 3 ? 1 : 0;
    }
    expect(splits).to.be.within(2, 20);
    expect(missing).to.be.within(1, 12);
  });

  it('hides a signal of the documented strength, and none in shuffled returns', () => {
    const correlation = (shuffle: boolean): number => {
      const pairs: { expected: number; got: number }[] = [];
      for (const [symbol, series] of all) {
        const { close } = adjustSeries(series, source.actions(symbol));
        const returns = Array.from(close, (price, bar) => Math.log(price / (close[bar - 1] ?? price))).slice(
          1,
        );
        // A fixed permutation that leaves no neighbours together.
        const past = shuffle ? returns.map((_, bar) => returns[(bar * 541) % returns.length] ?? 0) : returns;
        const known = signal();
        past.forEach((change, bar) => {
          if (bar > REVERSAL + TREND) pairs.push({ expected: known.value(), got: change });
          known.push(change / 0.019);
        });
      }
      return pearson(pairs);
    };
    expect(correlation(false)).to.be.within(0.07, 0.11);
    expect(Math.abs(correlation(true))).to.be.below(0.015);
  });

  it('has clusters of volatility and shares a market', () => {
    const squares: { expected: number; got: number }[] = [];
    const together: { expected: number; got: number }[] = [];
    const first = all.get('TCS');
    const second = all.get('SBIN');
    for (const series of all.values())
      for (let bar = 2; bar < series.close.length; bar += 1)
        squares.push({ expected: change(series, bar - 1) ** 2, got: change(series, bar) ** 2 });
    if (first !== undefined && second !== undefined)
      for (let bar = 1; bar < Math.min(first.close.length, second.close.length); bar += 1)
        together.push({ expected: change(first, bar), got: change(second, bar) });
    expect(pearson(squares.filter(({ expected, got }) => Math.max(expected, got) < 0.04))).to.be.above(0.05);
    expect(pearson(together)).to.be.above(0.1);
  });

  it('has daily bars only, and says so', () => {
    expect(() =>
      openSyntheticSource(
        { source: 'synthetic', interval: '5minute', seed: 7 },
        { packageRoot, universe, calendar },
      ),
    ).to.throw(InvalidInputError, 'daily bars only');
  });
});

function change({ close }: BarSeries, bar: number): number {
  return Math.log((close[bar] ?? NaN) / (close[bar - 1] ?? NaN));
}

function pearson(pairs: readonly { readonly expected: number; readonly got: number }[]): number {
  const mean = (pick: (pair: { expected: number; got: number }) => number): number =>
    pairs.reduce((sum, pair) => sum + pick(pair), 0) / pairs.length;
  const [x, y] = [mean(({ expected }) => expected), mean(({ got }) => got)];
  const moment = (a: number, b: number): number =>
    mean(({ expected, got }) => (expected - x) ** a * (got - y) ** b);
  return moment(1, 1) / Math.sqrt(moment(2, 0) * moment(0, 2));
}
