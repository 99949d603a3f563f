import { expect } from 'chai';

import type { FeatureTable, SymbolTable } from '../../../../activities/market/feature-table.js';
import { buildFeatureTable } from '../../../../activities/market/features/build-feature-table.js';
import { RANK_NAMES } from '../../../../activities/market/ranking/rank-features.js';
import { addDays, startOfDate } from '../../../../data/time/dates.js';
import { syntheticMarket, syntheticSeries } from '../synthetic-market.js';
import type { PlainSection } from './plain-ranking.js';
import { plainFigures, plainRank } from './plain-ranking.js';

const rule = { horizon: 5, threshold: 0.02 };
const dayAt = (day: number): string => addDays('2021-01-04', day);
const series = [...syntheticMarket(), syntheticSeries('KAPPA', 320), syntheticSeries('SIGMA', 320)].sort(
  (a, b) => (a.symbol < b.symbol ? -1 : 1),
);
const sectors = new Map([
  ['ALPHA', 'Banks'],
  ['BETA', 'Banks'],
  ['KAPPA', 'Banks'],
  ['DELTA', 'Energy'],
  ['GAMMA', 'Energy'],
  ['SIGMA', 'Energy'],
  ['ZETA', 'Metals'],
]);
/** SIGMA joins on day 200. */
const membership = new Map([['SIGMA', [{ from: dayAt(200), to: null }]]]);
const table = buildFeatureTable(series, rule, { sectors, membership });
const isMember = (symbol: string, minutes: number): boolean =>
  symbol !== 'SIGMA' || minutes >= startOfDate(dayAt(200));
const plain = plainFigures({ series, sector: (symbol) => sectors.get(symbol) ?? null, isMember });

function plainOf(name: string): PlainSection {
  const found = plain.get(name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

/** A row of every symbol at a time. */
function rowsAt(
  { symbols }: FeatureTable,
  minutes: number,
): { symbol: SymbolTable; row: number; at: number }[] {
  return symbols.flatMap((symbol, at) => {
    const row = symbol.time.indexOf(minutes);
    return row < 0 ? [] : [{ symbol, row, at }];
  });
}

/** Days on which all kinds of rows are found: masked, young, after a gap, with and without the member. */
const DAYS = [0, 1, 5, 20, 59, 60, 90, 119, 120, 121, 130, 149, 151, 180, 199, 200, 230, 251, 252, 262, 319];

describe('ranking data', function () {
  this.timeout(300_000);

  for (const name of RANK_NAMES)
    it(`ranks ${name} by its plain formula among the members`, () => {
      let known = 0;
      for (const day of DAYS) {
        const minutes = startOfDate(dayAt(day));
        const values = plainOf(name)(minutes);
        const among = values.map((value, at) => (isMember(series[at]?.symbol ?? '', minutes) ? value : NaN));
        for (const { symbol, row, at } of rowsAt(table, minutes)) {
          const rank = symbol.ranks[row * RANK_NAMES.length + RANK_NAMES.indexOf(name)];
          expect(rank, `${symbol.symbol} on day ${day}`).to.be.closeTo(
            plainRank(values[at] ?? NaN, among),
            1e-6,
          );
          if (!Number.isNaN(values[at])) known += 1;
        }
      }
      expect(known).to.be.above(15);
    });

  it('has factors and exposures by their plain formulas', () => {
    const expected: [string, string, number, (symbol: SymbolTable, row: number) => number | undefined][] = [
      ...(
        [
          ['reversal1', 'return_1', -1],
          ['reversal5', 'return_5', -1],
          ['sectorReversal', 'sector_residual_1', -1],
          ['momentum', 'momentum_12_1', 1],
          ['lowVolatility', 'volatility_60', -1],
          ['factorSum', 'factor_sum', 1],
        ] as const
      ).map(([factor, figure, sign]): (typeof expected)[number] => [
        factor,
        figure,
        sign,
        ({ factors }, row) => factors[row * table.factorNames.length + table.factorNames.indexOf(factor)],
      ]),
      ['volatility', 'volatility_60', 1, ({ exposures }, row) => exposures.volatility[row]],
      ['beta', 'beta_120', 1, ({ exposures }, row) => exposures.beta[row]],
      ['traded value', 'traded_value_60', 1, ({ exposures }, row) => exposures.tradedValue[row]],
    ];
    for (const day of DAYS) {
      const minutes = startOfDate(dayAt(day));
      for (const [what, figure, sign, actual] of expected) {
        const values = plainOf(figure)(minutes);
        for (const { symbol, row, at } of rowsAt(table, minutes)) {
          const [is, should] = [actual(symbol, row) ?? 0, sign * (values[at] ?? NaN)];
          const place = `${what} of ${symbol.symbol} on day ${day}`;
          if (Number.isNaN(should)) expect(is, place).to.be.NaN;
          else expect(is, place).to.be.closeTo(should, 1e-5 * Math.max(0.1, Math.abs(should)));
        }
      }
    }
  });
});
