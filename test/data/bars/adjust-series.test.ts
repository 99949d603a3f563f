import { expect } from 'chai';
import fc from 'fast-check';

import { adjustSeries } from '../../../data/bars/adjust-series.js';
import type { CorporateAction } from '../../../data/schemas/corporate-action.js';
import { addDays, startOfDate } from '../../../data/time/dates.js';
import { dailyBars, splitFrom } from '../../support/bars.js';

const anyAction = fc.record({
  exDate: fc.integer({ min: -5, max: 80 }).map((days) => addDays('2022-01-01', days)),
  priceFactor: fc.constantFrom(1.1015, 1.25, 1.5, 2, 5, 10),
  kind: fc.constant('split'),
}) satisfies fc.Arbitrary<CorporateAction>;

describe('corporate actions', () => {
  it('undo a split exactly: the adjusted series equals the one without the split', () => {
    const split = dailyBars(40, { spoil: (columns) => splitFrom(columns, 20, 4) });
    const plain = dailyBars(40);
    const exDate = new Date((split.time[20] ?? 0) * 60_000).toISOString().slice(0, 10);
    const adjusted = adjustSeries(split, [{ exDate, priceFactor: 4, kind: 'split 4:1' }]);
    // The newest price is the reference, so everything is the plain series over 4.
    expect([...adjusted.close]).to.deep.equal([...plain.close].map((price) => price / 4));
    expect([...adjusted.volume]).to.deep.equal([...plain.volume].map((shares) => shares * 4));
    expect(split.close[0], 'the input is unchanged').to.equal(plain.close[0]);
  });

  it('divide prices before each ex-date by the product of the factors, in any order of the list', () => {
    fc.assert(
      fc.property(fc.array(anyAction, { maxLength: 4 }), (actions) => {
        const series = dailyBars(50);
        const adjusted = adjustSeries(series, actions);
        expect(adjustSeries(series, [...actions].reverse()).time).to.deep.equal(adjusted.time);
        series.time.forEach((time, bar) => {
          const factor = actions
            .filter(({ exDate }) => time < startOfDate(exDate))
            .reduce((product, { priceFactor }) => product * priceFactor, 1);
          for (const column of ['open', 'high', 'low', 'close'] as const)
            expect(adjusted[column][bar]).to.be.closeTo((series[column][bar] ?? 0) / factor, 1e-9);
          expect(adjusted.volume[bar]).to.be.closeTo((series.volume[bar] ?? 0) * factor, 1e-6);
          expect(adjusted.low[bar]).to.be.at.most(adjusted.close[bar] ?? 0);
        });
      }),
    );
  });
});
