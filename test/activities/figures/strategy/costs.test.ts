import { expect } from 'chai';

import { COST_RATES } from '../../../../activities/figures/strategy/cost-rates.js';
import { costOf, sideCosts } from '../../../../activities/figures/strategy/costs.js';
import { costRateSchema } from '../../../../data/schemas/strategy-figures.js';

const bps = (value: number): number => Math.round(1e8 * value) / 1e4;

describe('the costs of a trade', () => {
  it('are those of a contract note: delivery of a lakh in 2024', () => {
    // Per lakh: STT 100, exchange 3.35, SEBI 0.10, GST 18 % of (30 + 3.45), stamp 15 on buying, with brokerage 30, slippage 50.
    const fees = 3.35 + 0.1 + 0.18 * (30 + 3.45);
    expect(bps(costOf('delivery', 'sell', '2024-06-03'))).to.be.closeTo((30 + 50 + 100 + fees) / 10, 1e-3);
    expect(bps(costOf('delivery', 'buy', '2024-06-03'))).to.be.closeTo(
      (30 + 50 + 100 + fees + 15) / 10,
      1e-3,
    );
  });

  it('follow the rates of the date, from the day on which each came into force', () => {
    const stamp = (date: string, side: 'buy' | 'sell'): number => sideCosts('delivery', side, date).stampDuty;
    expect([stamp('2020-06-30', 'buy'), stamp('2020-06-30', 'sell')]).to.deep.equal([1, 1]);
    expect([stamp('2020-07-01', 'buy'), stamp('2020-07-01', 'sell')]).to.deep.equal([1.5, 0]);
    const fees = (date: string): number => bps(sideCosts('delivery', 'buy', date).fees / 1e4);
    expect(fees('2024-09-30T15:25')).to.equal(bps((0.335 + 0.01 + 0.18 * 3.345) / 1e4));
    expect(fees('2024-10-01')).to.equal(bps((0.297 + 0.01 + 0.18 * 3.307) / 1e4));
    const stt = (date: string): number => sideCosts('futures', 'sell', date).stt;
    expect(['2023-03-31', '2023-04-01', '2024-10-01'].map(stt)).to.deep.equal([1, 1.25, 2]);
    expect(sideCosts('futures', 'buy', '2024-10-01').stt).to.equal(0);
  });

  it('have a source each, and rates in the order of their dates', () => {
    for (const rate of COST_RATES) {
      expect(costRateSchema.parse(rate)).to.deep.equal(rate);
      expect(rate.source).to.not.equal('');
    }
    const kinds = new Set(COST_RATES.map(({ charge, trade, side }) => `${charge} ${trade} ${side}`));
    for (const kind of kinds) {
      const dates = COST_RATES.filter(({ charge, trade, side }) => `${charge} ${trade} ${side}` === kind).map(
        ({ from }) => from ?? '',
      );
      expect(dates[0], kind).to.equal('');
      expect(dates).to.deep.equal([...new Set(dates)].sort());
    }
  });
});
