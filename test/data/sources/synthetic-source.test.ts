import { expect } from 'chai';

import { correlation, meanRanks } from '../../../activities/stats/correlation.js';
import { sha256 } from '../../../data/store/digests.js';
import { seriesText } from '../../../data/bars/series-text.js';
import { formatBarTime } from '../../../data/bars/bar-time.js';
import type { BarSeries } from '../../../data/bars/series.js';
import { lowerBound, sliceBars } from '../../../data/bars/series.js';
import { judgeSeries } from '../../../data/bars/judge-series.js';
import { adjustSeries } from '../../../data/bars/adjust-series.js';
import type { Universe } from '../../../data/schemas/universe.js';
import type { BarSource } from '../../../data/sources/source.js';
import { openSyntheticSource } from '../../../data/sources/synthetic/synthetic-source.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { isoDate, startOfDate } from '../../../data/time/dates.js';
import { loadUniverse } from '../../../data/universe/universe.js';
import { calendar } from '../../support/bars.js';

const ALL_DAYS = { from: '2019-01-01', to: '2027-01-01' };

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

  it('returns the same bars as ever, to the last bit', async () => {
    // Update these only together with the synthetic market: then every run on it gets another digest.
    expect(await bytes(source, 'RELIANCE')).to.equal(
      'b51bf5c0218e3add23042adf3714576ffe54b1356c6d02ce45610ad0987f0258',
    );
    expect(await bytes(source, 'M&M')).to.equal(
      '29893081f4952c2c8c5ac3217544c05581dedb6563e5e3e3c6e4b985e20ecfbc',
    );
  });

  it('generates the same bars for a symbol whatever else is read, and others from another seed', async () => {
    const alone = open(7, {
      name: 'two',
      members: universe.members.filter(({ symbol }) => symbol === 'TCS'),
    });
    expect(await bytes(alone, 'TCS')).to.equal(await bytes(source, 'TCS'));
    expect(await bytes(open(8), 'TCS')).not.to.equal(await bytes(source, 'TCS'));
  });

  it('has bars of every symbol that is not excluded, from its listing on', () => {
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

  it('passes the data checks, with splits, missing sessions and prices on the tick grid', () => {
    let splits = 0;
    let missing = 0;
    for (const { symbol, listingDate } of universe.members) {
      const series = all.get(symbol);
      if (series === undefined) continue;
      const actions = source.actions(symbol);
      const { findings, missingSessions } = judgeSeries(series, {
        calendar,
        days: ALL_DAYS,
        actions,
        rule: 'all',
        listingDate,
      });
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

  it('has a signal of the documented strength, which can be switched off', async () => {
    const off = openSyntheticSource(
      { source: 'synthetic', interval: '1day', seed: 7 },
      { packageRoot, universe, calendar },
      { strength: 0 },
    );
    // 1,100 days of 96 symbols: the standard errors are 0.003 and 0.006.
    const planted = await reversalRankIcs(source, universe);
    expect(planted[1]).to.be.within(0.123, 0.148);
    expect(planted[5]).to.be.within(0.13, 0.168);
    const none = await reversalRankIcs(off, universe);
    expect(none[1]).to.be.within(-0.012, 0.012);
    expect(none[5]).to.be.within(-0.018, 0.018);
  });

  it('has volatility clusters and a common market factor', () => {
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

  describe('with 5-minute bars', () => {
    const intraday = async (symbol: string): Promise<{ bars: BarSeries; daily: BarSeries }> => {
      const { series } = await openSyntheticSource(
        { source: 'synthetic', interval: '5minute', seed: 7 },
        { packageRoot, universe, calendar },
      ).read(symbol);
      const daily = all.get(symbol);
      if (series === null || daily === undefined) throw new Error(`no bars of ${symbol}`);
      return {
        bars: series,
        daily: sliceBars(daily, lowerBound(daily.time, startOfDate('2022-01-01')), 9999),
      };
    };

    it('is consistent with the daily bars, session by session', async () => {
      const { bars, daily } = await intraday('TCS');
      const days = daysOf(bars);
      expect(days.map(({ day }) => day)).to.deep.equal(Array.from(daily.time, (time) => time / 1440));
      days.forEach(({ first, end }, at) => {
        expect(bars.open[first]).to.equal(daily.open[at]);
        expect(bars.close[end - 1]).to.equal(daily.close[at]);
        expect(Math.max(...bars.high.subarray(first, end))).to.equal(daily.high[at]);
        expect(Math.min(...bars.low.subarray(first, end))).to.equal(daily.low[at]);
        expect(bars.volume.subarray(first, end).reduce((sum, shares) => sum + shares, 0)).to.equal(
          daily.volume[at],
        );
      });
    });

    it('has 75 bars in a session from 09:15 to 15:25, and follows the hours of special sessions', async () => {
      const { bars } = await intraday('TCS');
      const byDate = new Map(daysOf(bars).map(({ day, first, end }) => [isoDate(day), { first, end }]));
      const starts = (date: string): string[] => {
        const { first = 0, end = 0 } = byDate.get(date) ?? {};
        return Array.from(bars.time.subarray(first, end), (time) =>
          formatBarTime(time, '5minute').slice(11, 16),
        );
      };
      const ordinary = starts('2024-03-05');
      expect(ordinary).to.have.length(75);
      expect([ordinary[0], ordinary[74]]).to.deep.equal(['09:15', '15:25']);
      expect(starts('2023-11-12')).to.have.length(12).and.include('18:15');
      expect(starts('2024-03-02'))
        .to.have.length(9 + 12)
        .and.not.include('10:00');
    });

    it('passes the data checks, given the split of the daily bars', async () => {
      for (const symbol of ['TCS', 'SBIN', 'LICI', 'M&M']) {
        const { bars } = await intraday(symbol);
        const { findings } = judgeSeries(bars, {
          calendar,
          days: ALL_DAYS,
          rule: 'all',
          actions: source.actions(symbol),
          listingDate: null,
        });
        expect(
          findings.filter(({ severity }) => severity !== 'info'),
          symbol,
        ).to.deep.equal([]);
      }
    });
  });
});

function daysOf({ time }: BarSeries): { day: number; first: number; end: number }[] {
  const days: { day: number; first: number; end: number }[] = [];
  time.forEach((minutes, bar) => {
    const day = Math.floor(minutes / 1440);
    const last = days.at(-1);
    if (last?.day === day) last.end = bar + 1;
    else days.push({ day, first: bar, end: bar + 1 });
  });
  return days;
}

/**
 * Mean over the days of the rank correlation between the return of 5 sessions less the mean of its sector, with the
 * sign changed, and the return of 1 or 5 sessions from the next open.
 */
async function reversalRankIcs(source: BarSource, { members }: Universe): Promise<Record<1 | 5, number>> {
  const known: { readonly series: BarSeries; readonly sector: string; readonly at: Map<number, number> }[] =
    [];
  for (const { symbol, industry } of members) {
    const { series } = await source.read(symbol);
    if (series === null) continue;
    const at = new Map(Array.from(series.time, (time, bar) => [time, bar]));
    known.push({
      series: adjustSeries(series, source.actions(symbol)),
      sector: industry ?? '',
      at,
    });
  }
  const days = known.find(({ series }) => series.symbol === 'TCS')?.series.time ?? new Int32Array(0);
  const daily: Record<1 | 5, number[]> = { 1: [], 5: [] };
  for (const time of days.subarray(100, -5)) {
    const today = known.flatMap(({ series: { open, close }, sector, at }) => {
      const bar = at.get(time) ?? NaN;
      const move = (close[bar] ?? NaN) / (close[bar - 5] ?? NaN) - 1;
      const from = (horizon: number): number => (close[bar + horizon] ?? NaN) / (open[bar + 1] ?? NaN) - 1;
      const row = { sector, move, next: { 1: from(1), 5: from(5) } };
      return Number.isFinite(move) && Number.isFinite(row.next[5]) ? [row] : [];
    });
    const meanOf = (of: string): number => {
      const own = today.filter(({ sector }) => sector === of);
      return own.reduce((sum, { move }) => sum + move, 0) / own.length;
    };
    const means = new Map(
      [...new Set(today.map(({ sector }) => sector))].map((name) => [name, meanOf(name)]),
    );
    const score = meanRanks(
      Float64Array.from(today, ({ sector, move }) => (means.get(sector) ?? NaN) - move),
    );
    for (const horizon of [1, 5] as const) {
      const ranks = meanRanks(Float64Array.from(today, ({ next }) => next[horizon]));
      daily[horizon].push(correlation(score, ranks) ?? 0);
    }
  }
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  return { 1: mean(daily[1]), 5: mean(daily[5]) };
}

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
