import { expect } from 'chai';
import fc from 'fast-check';

import { scaledVolatility } from '../../../../activities/market/shocks/scaled-volatility.js';
import { shockBars } from '../../../../activities/market/shocks/shock-bars.js';
import type { ShockPlan } from '../../../../activities/market/shocks/shock-plan.js';
import { isDuring, isHit, planShocks } from '../../../../activities/market/shocks/shock-plan.js';
import type { BarSeries } from '../../../../data/bars/series.js';
import { BAR_SHOCKS } from '../../../../data/schemas/shock-ids.js';
import { dayOfMinutes, isoDate } from '../../../../data/time/dates.js';
import { syntheticSeries } from '../synthetic-market.js';

const COLUMNS = ['open', 'high', 'low', 'close', 'volume'] as const;

const SYMBOLS = ['ALPHA', 'BETA', 'GAMMA', 'DELTA', 'LATE', 'OMEGA', 'ZETA'].sort();
const SECTORS: Readonly<Record<string, string>> = { ALPHA: 'A', BETA: 'B', DELTA: 'B' };
const sectorOf = (symbol: string): string | null => SECTORS[symbol] ?? null;

const dateOf = (series: BarSeries, bar: number): string => isoDate(dayOfMinutes(series.time[bar] ?? 0));

/** Some bars of one symbol, and the plans of shocks in their second half. */
const cases = fc
  .record({
    symbol: fc.constantFrom(...SYMBOLS),
    days: fc.integer({ min: 60, max: 140 }),
    seed: fc.nat(),
    missed: fc.integer({ min: 2, max: 30 }),
  })
  .map(({ symbol, days, seed, missed }) => {
    const series = syntheticSeries(symbol, days, (day) => day % missed !== 1);
    const bars = [...series.time.keys()].slice(Math.floor(series.time.length / 2));
    const sessions = bars.map((bar) => dateOf(series, bar));
    const plans = planShocks({ interval: '1day', sessions, symbols: SYMBOLS, sectorOf, seed });
    return { series, plans };
  });

/** A shocked series next to its plan. */
function eachShock(check: (series: BarSeries, shocked: BarSeries, plan: ShockPlan) => void): void {
  fc.assert(
    fc.property(cases, ({ series, plans }) => {
      expect([...plans.keys()]).to.deep.equal(BAR_SHOCKS);
      for (const plan of plans.values())
        check(series, shockBars(series, plan, sectorOf(series.symbol)), plan);
    }),
    { numRuns: 40 },
  );
}

describe('shocks of bars', () => {
  it('keep open, high, low and close consistent, and time ascending', () => {
    eachShock((_, { time, open, high, low, close, volume }, plan) => {
      for (let bar = 0; bar < time.length; bar += 1) {
        const [o = NaN, h = NaN, l = NaN, c = NaN] = [open[bar], high[bar], low[bar], close[bar]];
        expect(l > 0 && l <= Math.min(o, c) && h >= Math.max(o, c), `${plan.id} ${bar}`).to.equal(true);
        expect(volume[bar]).to.be.at.least(0);
        if (bar > 0) expect(time[bar]).to.be.greaterThan(time[bar - 1] ?? NaN);
      }
    });
  });

  it('change the stated bars alone', () => {
    eachShock((series, shocked, plan) => {
      const kept = new Map(Array.from(shocked.time, (minutes, bar) => [minutes, bar]));
      for (const [bar, minutes] of series.time.entries()) {
        const stated =
          isHit(plan, series.symbol, sectorOf(series.symbol)) && isDuring(plan, dateOf(series, bar));
        if (stated) continue;
        const at = kept.get(minutes);
        expect(at, `${plan.id} ${bar}`).to.not.equal(undefined);
        for (const column of COLUMNS) expect(shocked[column][at ?? -1]).to.equal(series[column][bar]);
      }
    });
  });

  it('take away the stated bars, or keep their volume, or stand still', () => {
    eachShock((series, shocked, plan) => {
      const stated = (own: BarSeries): number[] =>
        isHit(plan, own.symbol, sectorOf(own.symbol))
          ? [...own.time.keys()].filter((bar) => isDuring(plan, dateOf(own, bar)))
          : [];
      if (['missing_feed', 'sector_out', 'symbols_gone'].includes(plan.id)) {
        expect(stated(shocked)).to.deep.equal([]);
        expect(shocked.time.length).to.equal(series.time.length - stated(series).length);
        return;
      }
      expect(shocked.time).to.deep.equal(series.time);
      for (const bar of stated(series)) {
        if (plan.id !== 'stale_prices') {
          expect(shocked.volume[bar]).to.equal(series.volume[bar]);
          continue;
        }
        const last = stated(series)[0] ?? NaN;
        expect(shocked.volume[bar]).to.equal(0);
        for (const column of ['open', 'high', 'low', 'close'] as const)
          expect(shocked[column][bar]).to.equal(series[column][last - 1]);
      }
    });
  });

  it('let all prices fall by a tenth, once', () => {
    eachShock((series, shocked, plan) => {
      if (plan.id !== 'gap') return;
      const first = [...series.time.keys()].find((bar) => isDuring(plan, dateOf(series, bar))) ?? NaN;
      for (let bar = 1; bar < series.time.length; bar += 1) {
        const ratio = (own: BarSeries): number => (own.close[bar] ?? NaN) / (own.close[bar - 1] ?? NaN);
        expect(ratio(shocked)).to.be.closeTo((bar === first ? 0.9 : 1) * ratio(series), 1e-12);
      }
    });
  });

  it('scale the deviations of log returns from their mean, which stays', () => {
    const series = syntheticSeries('ALPHA', 100);
    const returns = ({ close }: BarSeries): number[] =>
      Array.from({ length: 50 }, (_, at) => Math.log((close[50 + at] ?? NaN) / (close[49 + at] ?? NaN)));
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [before, after] = [returns(series), returns(scaledVolatility(series, 50, 3))];
    expect(mean(after)).to.be.closeTo(mean(before), 1e-12);
    for (const [at, value] of before.entries())
      expect((after[at] ?? NaN) - mean(before)).to.be.closeTo(3 * (value - mean(before)), 1e-12);
    // One bar has no return of its own.
    const listed = scaledVolatility(series, 0, 2);
    expect(listed.close[0]).to.equal(series.close[0]);
  });

  it('draw other symbols from another seed, and no sector where none is known', () => {
    const rows = {
      ...({ interval: '1day', sessions: ['2021-03-01', '2021-03-02'] } as const),
      ...{ symbols: SYMBOLS, sectorOf },
    };
    const drawnBy = (seed: number): string =>
      JSON.stringify(
        ['stale_prices', 'symbols_gone'].map((id) => {
          const of = [...planShocks({ ...rows, seed }).values()].find((plan) => plan.id === id)?.of;
          return of === undefined || of === 'all' || 'sector' in of ? [] : [...of.symbols];
        }),
      );
    expect(drawnBy(1)).to.equal(drawnBy(1));
    expect(new Set([1, 2, 3, 4, 5].map(drawnBy)).size).to.be.greaterThan(1);
    expect(planShocks({ ...rows, seed: 1 }).get('sector_out')?.of).to.deep.equal({ sector: 'B' });
    expect(planShocks({ ...rows, sectorOf: () => null, seed: 1 }).has('sector_out')).to.equal(false);
  });

  it('last for one session of 5-minute bars, whose times are within it', () => {
    const sessions = ['2022-03-14', '2022-03-15', '2022-03-16', '2022-03-17', '2022-03-21'];
    const plans = planShocks({ interval: '5minute', sessions, symbols: SYMBOLS, sectorOf, seed: 1 });
    for (const id of ['missing_feed', 'stale_prices'] as const) {
      const plan = plans.get(id);
      if (plan === undefined) throw new Error(`no ${id}`);
      expect([plan.first, plan.last]).to.deep.equal(['2022-03-16', '2022-03-16']);
      const during = ['2022-03-15T15:25', '2022-03-16T09:15', '2022-03-16T15:25', '2022-03-17T09:15'];
      expect(during.map((date) => isDuring(plan, date))).to.deep.equal([false, true, true, false]);
    }
    expect(plans.get('gap')).to.include({ first: '2022-03-16', last: null });
  });
});
