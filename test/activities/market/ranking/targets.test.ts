import { expect } from 'chai';

import type { FeatureTable } from '../../../../activities/market/feature-table.js';
import { buildFeatureTable } from '../../../../activities/market/features/build-feature-table.js';
import { OUTCOME_HORIZONS } from '../../../../activities/market/labels/outcomes.js';
import { centredRanks } from '../../../../activities/stats/centred-ranks.js';
import { neutraliser } from '../../../../activities/stats/neutral.js';
import { neutralRanks } from '../../stats/neutral-ranks.js';
import type { BarSeries } from '../../../../data/bars/series.js';
import { addDays, startOfDate } from '../../../../data/time/dates.js';
import { syntheticSeries } from '../synthetic-market.js';

const rule = { horizon: 5, threshold: 0.02, entry: 'next-open' } as const;
const dayAt = (day: number): string => addDays('2021-01-04', day);
const NAMES = Array.from({ length: 30 }, (_, index) => `S${String(index).padStart(2, '0')}`);
const sectors = new Map(NAMES.slice(0, 24).map((name, index) => [name, `sector ${index % 5}`]));
/** S00 has no bar on some days; S01 leaves the index, S02 joins it. */
const series: BarSeries[] = NAMES.map((name) =>
  syntheticSeries(name, 160, (day) => name !== 'S00' || day % 7 !== 3),
);
const membership = new Map([
  ['S01', [{ from: dayAt(0), to: dayAt(140) }]],
  ['S02', [{ from: dayAt(130), to: null }]],
]);

/** Targets of a day by the plain definition: members with a return, in the table's order. */
function plainTargets({ symbols }: FeatureTable, minutes: number, horizon: number): Map<string, number> {
  const rows = symbols.flatMap((symbol) => {
    const row = symbol.time.indexOf(minutes);
    const value = symbol.outcomes.returns[horizon]?.[row] ?? NaN;
    return symbol.member[row] !== 1 || Number.isNaN(value) ? [] : [{ symbol, row, value }];
  });
  if (rows.length < 5) return new Map();
  const values = rows.map(({ value }) => value);
  const exposure = (of: 'volatility' | 'beta' | 'tradedValue'): number[] =>
    rows.map(({ symbol, row }) => symbol.exposures[of][row] ?? NaN);
  const targets =
    rows.length < 25
      ? centredRanks(values)
      : neutralRanks(
          values,
          neutraliser({
            volatility: exposure('volatility'),
            beta: exposure('beta'),
            tradedValue: exposure('tradedValue'),
            sector: rows.map(({ symbol }) => symbol.sector),
          }),
        );
  return new Map(rows.map(({ symbol: { symbol } }, at) => [symbol, Math.fround(targets[at] ?? NaN)]));
}

describe('targets', () => {
  for (const symbols of [30, 24, 4])
    it(`of ${symbols} symbols are the ${symbols < 25 ? 'ranks' : 'neutral ranks'} of the members with a return`, () => {
      const table = buildFeatureTable(series.slice(0, symbols), rule, { sectors, membership });
      let known = 0;
      for (const day of [0, 3, 64, 90, 125, 129, 130, 138, 139, 140, 150, 154, 155, 159])
        OUTCOME_HORIZONS.forEach((_, horizon) => {
          const minutes = startOfDate(dayAt(day));
          const expected = plainTargets(table, minutes, horizon);
          for (const { symbol, time, targets } of table.symbols) {
            const row = time.indexOf(minutes);
            if (row < 0) continue;
            const [is, should] = [targets[horizon]?.[row], expected.get(symbol) ?? NaN];
            expect(is, `${symbol} on day ${day}`).to.deep.equal(should);
            if (!Number.isNaN(should)) known += 1;
          }
        });
      if (symbols < 5) expect(known).to.equal(0);
      else expect(known).to.be.above(600);
    });

  it('are the return that is highest at the end of each horizon, by hand', () => {
    const five = buildFeatureTable(series.slice(3, 8), rule);
    const at = (name: string): BarSeries | undefined => series.find(({ symbol }) => symbol === name);
    const returns = five.symbols.map(
      ({ symbol }) => (at(symbol)?.close[15] ?? NaN) / (at(symbol)?.open[11] ?? NaN),
    );
    const order = returns.map((value) => returns.filter((other) => other < value).length);
    expect(five.symbols.map(({ targets }) => targets[1]?.[10])).to.deep.equal(
      order.map((below) => Math.fround((2 * below - 4) / 10)),
    );
  });
});
