import { expect } from 'chai';
import fc from 'fast-check';

import type { FeatureTable, SymbolTable } from '../../../activities/market/feature-table.js';
import { buildFeatureTable } from '../../../activities/market/features/build-feature-table.js';
import type { NewestRows } from '../../../activities/market/newest-rows.js';
import { newestRows } from '../../../activities/market/newest-rows.js';
import { newestTails } from '../../../activities/market/newest-tail.js';
import { STATED_WARM_UP } from '../../../activities/market/probes/warm-up.js';
import type { BarSeries } from '../../../data/bars/series.js';
import { lowerBound } from '../../../data/bars/series.js';
import { GurukulError } from '../../../data/errors.js';
import { randomStream } from '../../../data/random.js';
import { MINUTES_PER_DAY, addDays, dayNumber } from '../../../data/time/dates.js';
import { needsNse, nseDir, readNseBars, readNseListings } from '../../support/nse.js';
import { splitDays, syntheticMarket, syntheticSeries } from './synthetic-market.js';

const rule = { horizon: 5, threshold: 0.02 };
const FIRST = '2021-01-04';
const DAYS = 420;
const day = (index: number): number => (dayNumber(FIRST) + index) * MINUTES_PER_DAY;

const CELLS: readonly (readonly [keyof NewestRows, (symbol: SymbolTable) => ArrayLike<number>])[] = [
  ['complete', ({ complete }) => complete],
  ['member', ({ member }) => member],
  ['features', ({ features }) => features],
  ['relative', ({ relative }) => relative],
  ['ranks', ({ ranks }) => ranks],
  ['state', ({ state }) => state],
  ['factors', ({ factors }) => factors],
  ['volatility', ({ exposures }) => exposures.volatility],
  ['beta', ({ exposures }) => exposures.beta],
  ['tradedValue', ({ exposures }) => exposures.tradedValue],
];

/** Compares rows with those of the table at the same time, bit for bit. @returns Number of rows compared. */
function expectRowsOf(table: FeatureTable, rows: NewestRows): number {
  const { names, relativeColumns, rankNames, stateNames, factorNames } = table;
  expect(rows).to.deep.include({ names, relativeColumns, rankNames, stateNames, factorNames });
  const present = table.symbols.flatMap((symbol) => {
    const row = lowerBound(symbol.time, rows.time);
    return symbol.time[row] === rows.time ? [{ symbol, row }] : [];
  });
  expect(rows.symbols).to.deep.equal(present.map(({ symbol }) => symbol.symbol));
  for (const [name, of] of CELLS) {
    const expected = present.flatMap(({ symbol, row }) => {
      const cells = of(symbol);
      const width = cells.length / symbol.time.length;
      return Array.from({ length: width }, (_, cell) => cells[row * width + cell]);
    });
    const found = rows[name];
    if (typeof found !== 'object' || !('length' in found)) throw new TypeError(`${name} has no rows`);
    expect(found.length, name).to.equal(expected.length);
    expected.forEach((value, at) => {
      if (!Object.is(found[at], value)) expect.fail(`${name}, cell ${at}, is not ${value}`);
    });
  }
  return present.length;
}

/** A market of symbols that miss days: each with a rate of its own, some listed late, some no longer traded. */
function gappyMarket(seed: number): BarSeries[] {
  const random = randomStream(['gappy market', seed]);
  return Array.from({ length: 8 }, (_, index) => {
    const missing = [0, 0, 0.005, 0.02, 0.3, 0.8][random.integer(0, 5)] ?? 0;
    const from = random.uniform() < 0.3 ? random.integer(0, DAYS) : 0;
    const until = random.uniform() < 0.2 ? random.integer(0, DAYS) : DAYS;
    const absent = Array.from({ length: DAYS }, () => random.uniform() < missing);
    return syntheticSeries(`S${index}`, DAYS, (at) => at >= from && at < until && absent[at] !== true);
  });
}

describe('the newest rows', function () {
  this.timeout(600_000);

  it('are those of the table of all bars, bit for bit, at any time of a market with gaps', () => {
    let compared = 0;
    fc.assert(
      fc.property(
        fc.nat(),
        // With 5 bars a day exposures look back further than ranks.
        fc.constantFrom(0, 0, 5),
        fc.array(fc.nat(DAYS - 1), { minLength: 3 }),
        (seed, parts, ends) => {
          const daily = gappyMarket(seed);
          const series = parts === 0 ? daily : daily.map((bars) => splitDays(bars, parts));
          const options = {
            membership: new Map([['S1', [{ from: addDays(FIRST, 90), to: addDays(FIRST, 330) }]]]),
            sectors: new Map(
              series.map(({ symbol }, index) => [symbol, index % 2 === 0 ? 'Banks' : 'Energy']),
            ),
          };
          const table = buildFeatureTable(series, rule, options);
          for (const end of ends) {
            const at = day(end) + (parts === 0 ? 0 : 555 + 5 * (end % parts));
            if (series.every(({ time }) => (time[0] ?? Infinity) > at)) continue;
            compared += expectRowsOf(table, newestRows(series, rule, { ...options, at }));
          }
        },
      ),
      { numRuns: 16 },
    );
    expect(compared).to.be.above(100);
  });

  it('are those of real bars', function () {
    const folder = nseDir();
    needsNse(this, folder);
    const series = readNseListings(folder)
      .slice(0, 30)
      .map(({ symbol }) => readNseBars(folder, symbol));
    expect(expectRowsOf(buildFeatureTable(series, rule), newestRows(series, rule))).to.be.above(20);
  });

  it('are computed from a tail of the bars alone', () => {
    const market = syntheticMarket(620);
    const tails = newestTails(market);
    for (const { bars } of tails)
      expect(bars.time.length, bars.symbol).to.be.at.most(STATED_WARM_UP.rankMarketBars);
    expect(tails.find(({ bars }) => bars.symbol === 'ALPHA')?.bars.time).to.have.length(
      STATED_WARM_UP.rankMarketBars,
    );
  });

  it('say which symbols have no bar then, and when their last one was', () => {
    const market = [...syntheticMarket(320), syntheticSeries('YOUNG', 320, (at) => at === 319)];
    const now = newestRows(market, rule);
    expect(now.time).to.equal(day(319));
    expect(now.stale).to.deep.equal([{ symbol: 'OMEGA', newest: day(259) }]);
    expect(now.complete[now.symbols.indexOf('YOUNG')]).to.equal(0);
    const before = newestRows(market, rule, { at: day(150) });
    expect(before.symbols).to.deep.equal(['ALPHA']);
    expect(before.stale.find(({ symbol }) => symbol === 'YOUNG')?.newest).to.equal(undefined);
  });

  it('do not exist where there is no bar', () => {
    for (const series of [[], syntheticMarket(20)])
      expect(() => newestRows(series, rule, { at: day(0) - 1 }))
        .to.throw(GurukulError, 'no bar')
        .with.property('type', 'DataGap');
  });
});
