import { expect } from 'chai';

import { computeFigures } from '../../../../activities/figures/figures.js';
import type { PredictionSets } from '../../../../activities/figures/figures.js';
import type { MarketRows } from '../../../../activities/figures/market-rows.js';
import type { StrategyFigures } from '../../../../data/schemas/strategy-figures.js';
import { fixtureMarket } from '../market-fixture.js';

const options = { seed: 7, horizon: 5, trials: 3, market: 'nse', entry: 'next-open' } as const;

function strategyOf(sets: PredictionSets): StrategyFigures {
  return computeFigures(sets, options).metrics.forward.teacher.strategy;
}

describe('the holding period', () => {
  const shape = { seed: 9, symbols: 30, dates: 60, cohorts: 2, past: 150, signal: 0.5 } as const;
  const fading = fixtureMarket({ ...shape, fading: 0.5 });
  const strategy = strategyOf(fading);

  it('is chosen on the past of each cohort by what is left after costs', () => {
    // What the score gives on the first bar is taken back on the eighth: only five bars keep it.
    expect(strategy.holding.map(({ bars, chosen }) => [bars, chosen])).to.deep.equal([
      [5, 'past'],
      [5, 'past'],
    ]);
    const [first] = strategy.holding;
    expect(first?.dates).to.equal(150 - 21);
    expect(first?.candidates.map(({ bars }) => bars)).to.deep.equal([5, 10, 20]);
    const [five = NaN, ten = NaN] = first?.candidates.map(({ activePerYear }) => activePerYear ?? NaN) ?? [];
    expect(five).to.be.greaterThan(ten);
    expect(strategy.execution).to.equal('entry to entry');
  });

  it('does not see anything from the forward rows on', () => {
    const start = fading.teacher.date[fading.teacher.split.indexOf('forward')] ?? '';
    const { outcomes } = fading.market;
    const later = outcomes.date.map((date) => date >= start);
    const market: MarketRows = {
      ...fading.market,
      outcomes: {
        ...outcomes,
        entryPrice: outcomes.entryPrice.map((price, row) => (later[row] ? price * (1 + (row % 7)) : price)),
        returns: outcomes.returns.map((column) =>
          column.map((value, row) => (later[row] ? -3 * value : value)),
        ),
      },
    };
    expect(strategyOf({ ...fading, market }).holding[0]).to.deep.equal(strategy.holding[0]);
    expect(strategyOf({ ...fading, market }).active.meanPerYear).to.not.equal(strategy.active.meanPerYear);
  });

  it('is the declared default where the past is too short', () => {
    const short = strategyOf(fixtureMarket({ ...shape, past: 140 }));
    expect(short.holding[0]).to.deep.include({
      bars: 10,
      chosen: 'default',
      reason: '119 dates before the forward rows, fewer than 120',
    });
  });

  it('is the label’s without outcomes', () => {
    const { market, ...alone } = fading;
    expect(market.outcomes.symbol).to.not.have.length(0);
    const bare = strategyOf(alone);
    expect(bare.execution).to.equal('label');
    expect(bare.holding.map(({ bars, chosen }) => [bars, chosen])).to.deep.equal([
      [5, 'label'],
      [5, 'label'],
    ]);
  });
});

describe('the figures of a strategy', () => {
  const strategy = strategyOf(fixtureMarket({ seed: 9, symbols: 30, dates: 120, cohorts: 2, signal: 0.5 }));

  it('break even where costs would take all that it earns above equal weight', () => {
    const { active, costPerYear, breakEvenBps, chargedBps } = strategy;
    expect(active.meanPerYear).to.be.greaterThan(0);
    expect(active.grossPerYear).to.be.closeTo((active.meanPerYear ?? NaN) + (costPerYear ?? NaN), 1e-12);
    expect((active.grossPerYear ?? NaN) / (costPerYear ?? NaN)).to.be.closeTo(
      (breakEvenBps ?? NaN) / (chargedBps ?? NaN),
      1e-9,
    );
    // 18.94 basis points on selling, 20.44 on buying.
    expect(chargedBps).to.be.within(18.9, 20.5);
  });

  it('are limited by traded value, and cost more when the short side is traded too', () => {
    expect(strategy.capacity.lowestTenth).to.be.at.most(strategy.capacity.median ?? NaN);
    // The least traded symbol of all: a sixth of a tenth of the capital.
    expect(strategy.capacity.lowestTenth).to.be.at.least(0.05 * 1e8 * 6 * 10 - 1);
    expect(strategy.longShort.grossPerYear).to.be.greaterThan(strategy.longShort.netPerYear ?? NaN);
    expect(strategy.longShort.costPerYear).to.be.greaterThan(strategy.costPerYear ?? NaN);
    expect(strategy.topShare).to.equal(0.2);
    expect(strategy.symbolsHeld).to.equal(6);
  });
});
