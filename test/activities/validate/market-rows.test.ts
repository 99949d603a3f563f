import { expect } from 'chai';

import { keyedMarket } from '../../../activities/validate/market-rows.js';
import { placeboSets } from '../../../activities/figures/prediction-sets.js';
import { GurukulError } from '../../../data/errors.js';
import { encodeExposures } from '../../../data/predictions/exposures.js';
import { encodeFactors } from '../../../data/predictions/factors.js';
import { encodeOutcomes } from '../../../data/predictions/outcomes.js';
import { fixturePredictions } from '../figures/predictions-fixture.js';
import { syntheticTable } from '../model/synthetic-table.js';

describe('the market rows of predictions', () => {
  const plain = syntheticTable({ symbols: 2, bars: 40 });
  const factors = plain.factorNames.length;
  // Every figure says which symbol and bar it is of.
  const table = {
    ...plain,
    symbols: plain.symbols.map((of, place) => {
      const figure = (step: number): Float32Array =>
        Float32Array.from({ length: 40 }, (_, bar) => place * 1000 + bar + step);
      return {
        ...of,
        sector: place === 0 ? 'Energy' : null,
        exposures: { volatility: figure(1), beta: figure(2), tradedValue: figure(3) },
        factors: Float32Array.from({ length: 40 * factors }, (_, cell) => place * 1000 + cell),
        outcomes: {
          ...of.outcomes,
          entryTime: of.time.map((_, bar) => of.time[bar + 1] ?? 0),
          returns: [0, 1, 2, 3].map((at) =>
            Float64Array.from({ length: 40 }, (_, bar) => (at === 3 ? NaN : place + bar / 100 + at)),
          ),
        },
      };
    }),
  };

  it('are those of their symbol and bar', () => {
    const keys = { symbol: ['S001', 'S000', 'S001'], date: ['2020-01-03', '2020-01-11', '2020-01-11'] };
    const market = keyedMarket(table, keys, '1day');
    expect(market.outcomes).to.deep.equal({
      ...keys,
      entryDate: ['2020-01-04', '2020-01-12', '2020-01-12'],
      entryPrice: [100, 100, 100],
      returns: [
        [1.02, 0.1, 1.1],
        [2.02, 1.1, 2.1],
        [3.02, 2.1, 3.1],
        [NaN, NaN, NaN],
      ],
    });
    expect(market.exposures).to.deep.equal({
      ...keys,
      volatility: [1003, 11, 1011],
      beta: [1004, 12, 1012],
      tradedValue: [1005, 13, 1013],
      sector: [null, 'Energy', null],
    });
    expect(market.factors.names).to.deep.equal(table.factorNames);
    expect(market.factors.values[1]).to.deep.equal([
      1000 + 2 * factors + 1,
      10 * factors + 1,
      1000 + 10 * factors + 1,
    ]);
    for (const bytes of [
      encodeOutcomes(market.outcomes),
      encodeExposures(market.exposures),
      encodeFactors(market.factors),
    ])
      expect(bytes.length).to.be.greaterThan(100);
  });

  it('are refused where a predicted row has no bar or no entry', () => {
    for (const [symbol, date] of [
      ['S009', '2020-01-03'],
      ['S000', '2021-01-03'],
      ['S000', 'soon'],
    ] as const)
      expect(() => keyedMarket(table, { symbol: [symbol], date: [date] }, '1day')).to.throw(
        GurukulError,
        `${symbol} was predicted at ${date} but has no bar`,
      );
    const closed = table.symbols.map((of) => ({
      ...of,
      outcomes: { ...of.outcomes, entryPrice: new Float64Array(40).fill(NaN) },
    }));
    expect(() =>
      keyedMarket({ ...table, symbols: closed }, { symbol: ['S000'], date: ['2020-01-03'] }, '1day'),
    ).to.throw(GurukulError, 'has no entry');
  });

  it('tell permuted teachers from those of placebo bars', () => {
    const predictions = fixturePredictions({ seed: 1, dates: 5, symbols: 2, signal: 0 });
    const model = predictions.symbol.map((_, row) =>
      row % 2 === 0 ? ('permuted' as const) : ('placebo' as const),
    );
    const { placebo, permuted } = placeboSets({ ...predictions, model });
    expect(new Set(placebo.model)).to.deep.equal(new Set(['placebo']));
    expect(permuted?.score).to.deep.equal(predictions.score.filter((_, row) => row % 2 === 0));
    expect(placeboSets(predictions)).to.deep.equal({ placebo: predictions });
  });
});
