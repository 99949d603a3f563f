import { expect } from 'chai';

import type { SymbolTable } from '../../../../activities/market/feature-table.js';
import { buildFeatureTable } from '../../../../activities/market/features/build-feature-table.js';
import type { TableBuilder } from '../../../../activities/market/probes/compare-tables.js';
import { probeFuture } from '../../../../activities/market/probes/future.js';
import { probeTruncation } from '../../../../activities/market/probes/truncation.js';
import { STATED_WARM_UP, probeWarmUp } from '../../../../activities/market/probes/warm-up.js';
import { MINUTES_PER_DAY, addDays, dayNumber } from '../../../../data/time/dates.js';
import { splitDays, syntheticMarket } from '../synthetic-market.js';

const DAYS = 620;
const market = syntheticMarket(DAYS);
const sectors = new Map(market.map(({ symbol }, index) => [symbol, ['Banks', 'Energy'][index % 2] ?? '']));
const membership = new Map([['ZETA', [{ from: addDays('2021-01-04', 300), to: null }]]]);
const build: TableBuilder = (series) =>
  buildFeatureTable(series, { horizon: 5, threshold: 0.02 }, { sectors, membership });
const day = (index: number): number => (dayNumber('2021-01-04') + index) * MINUTES_PER_DAY;
/** Around gaps, a listing, a membership and the first rows with a year's history. */
const days = [100, 119, 150, 176, 251, 272, 300, 430, 555].map(day);

/** The builder with a fault in each symbol's ranking data. */
function spoilt(fault: (symbol: SymbolTable, bars: number) => void): TableBuilder {
  return (series) => {
    const table = build(series);
    for (const symbol of table.symbols) fault(symbol, symbol.time.length);
    return table;
  };
}

describe('ranking data under the leakage probes', function () {
  this.timeout(300_000);

  it('depends on no later bar', () => {
    expect(probeTruncation(build, market, days).findings).to.deep.equal([]);
    expect(probeFuture(build, market, days).findings).to.deep.equal([]);
  });

  it('depends on no bar beyond the stated history', () => {
    expect(probeWarmUp(build, market, [1, 30, 97, 119, 121, 150, 174, 176].map(day), STATED_WARM_UP).findings)
      .to.be.empty;
  });

  it('depends on no later bar of its own session, intraday', () => {
    const bars = market.map((series) => splitDays(series, 2));
    const times = [day(300) + 555, day(430) + 560];
    expect(probeTruncation(build, bars, times).findings).to.deep.equal([]);
    expect(probeFuture(build, bars, times).findings).to.deep.equal([]);
    expect(probeWarmUp(build, bars, [day(30) + 560, day(150) + 555], STATED_WARM_UP).findings).to.be.empty;
  });

  it('states no more history than it needs', () => {
    const { rankMarketBars, sessions } = STATED_WARM_UP;
    const first = [day(1)];
    const found = (stated: Partial<typeof STATED_WARM_UP>): (string | undefined)[] =>
      probeWarmUp(build, market, first, { ...STATED_WARM_UP, ...stated }).findings.map(
        ({ message }) => message,
      );
    expect(found({ rankMarketBars: rankMarketBars - 1 })[0]).to.match(/market_volatility is/);
    expect(found({ sessions: sessions - 12 })[0]).to.match(/beta is/);
  });

  for (const [what, fault, message] of [
    ['a rank', ({ ranks }, bars) => ranks.fill(bars / 1e4, ranks.length / 2), /the rank of \w+ is/],
    ['the state of the market', ({ state }, bars) => state.fill(bars / 1e4), /market_volatility is/],
    ['a factor', ({ factors }, bars) => factors.fill(bars), /the factor \w+ is/],
    ['an exposure', ({ exposures }, bars) => exposures.tradedValue.fill(bars), /traded value is/],
  ] as [string, (symbol: SymbolTable, bars: number) => void, RegExp][])
    it(`does not pass with ${what} that knows how long the series is`, () => {
      const [finding] = probeTruncation(spoilt(fault), market, [day(430)]).findings;
      expect(finding?.message).to.match(message);
    });
});
