import { expect } from 'chai';

import { indexMarket } from '../../../../activities/figures/market-rows.js';
import type { RankingTileLine } from '../../../../activities/figures/ranking/ranking-tile.js';
import { rankingTile } from '../../../../activities/figures/ranking/ranking-tile.js';
import { crossSections } from '../../../../activities/figures/cross-section.js';
import { holdingReturns } from '../../../../activities/figures/strategy/exits.js';
import type { StrategyPath } from '../../../../activities/figures/strategy/sleeves.js';
import { runStrategy } from '../../../../activities/figures/strategy/sleeves.js';
import { OUTCOME_HORIZONS } from '../../../../data/predictions/outcome-horizons.js';
import { sampleOf } from '../sample-of.js';
import { GOLDEN, goldenSets } from './golden-market.js';

function close(actual: ArrayLike<number> | undefined, expected: readonly (number | null)[]): void {
  expect(actual).to.have.lengthOf(expected.length);
  expected.forEach((value, i) => {
    if (value === null) expect(actual?.[i]).to.deep.equal(NaN);
    else expect(actual?.[i], `at ${i}`).to.be.closeTo(value, 1e-9 * Math.max(1, Math.abs(value)));
  });
}

describe('ranking figures against numpy, scipy and pandas', () => {
  const { predictions, market } = goldenSets();
  const indexed = indexMarket(market);
  const tile = rankingTile(
    {
      cohort: '2024-02-01_to_2024-08-01',
      market: indexed,
      models: [{ name: 'teacher', predictions, rows: [...predictions.symbol.keys()], outcomes: indexed }],
    },
    5,
  );
  const [teacher, factor] = tile.lines;
  const line = (): RankingTileLine => {
    if (teacher === undefined) throw new Error('no line');
    return teacher;
  };

  for (const [at, horizon] of OUTCOME_HORIZONS.entries())
    it(`rank IC, raw and neutral, at ${horizon} bars`, () => {
      close(line().raw[at], GOLDEN.raw[horizon] ?? []);
      close(line().neutral[at], GOLDEN.neutral[horizon] ?? []);
    });

  it('have dates with too few symbols for a neutral figure, and some without a return', () => {
    expect(GOLDEN.neutral[5]?.filter((value) => value === null)).to.not.have.length(0);
    expect(GOLDEN.neutral[5]?.filter((value) => value !== null)).to.not.have.length(0);
    expect(GOLDEN.raw[20]?.filter((value) => value === null)).to.not.have.length(0);
  });

  it('within sectors', () => {
    for (const [name, { days, mean }] of Object.entries(GOLDEN.by_sector)) {
      const sums = line().sectors[tile.sectors.indexOf(name)]?.[1];
      expect(sums?.rawDays).to.equal(days);
      expect((sums?.raw ?? NaN) / days).to.be.closeTo(mean, 1e-12);
    }
  });

  it('exposures of the score, and its variance between sectors', () => {
    close(line().exposure.volatility, GOLDEN.exposure['volatility'] ?? []);
    close(line().exposure.beta, GOLDEN.exposure['beta'] ?? []);
    close(line().exposure.tradedValue, GOLDEN.exposure['traded'] ?? []);
    close(line().exposure.sector, GOLDEN.between_sectors);
  });

  it('autocorrelation of the score and turnover of its top tenth', () => {
    for (const [at, bars] of [1, 5].entries()) {
      close(line().autocorrelation[at]?.slice(bars), GOLDEN.autocorrelation[bars] ?? []);
      close(line().turnover[at]?.slice(bars), GOLDEN.turnover[bars] ?? []);
    }
  });

  it('nothing is left of a factor that is one of the exposures', () => {
    expect(factor?.name).to.equal('lowVolatility');
    expect(factor?.raw[1]?.some((value) => !Number.isNaN(value))).to.equal(true);
    expect(factor?.neutral[1]?.every((value) => Number.isNaN(value))).to.equal(true);
  });

  for (const bars of [5, 10])
    it(`the strategy from entry to entry, held for ${bars} bars`, () => {
      const sample = sampleOf(predictions, 'forward', indexed);
      const returns = holdingReturns(sample, bars);
      const path: StrategyPath = runStrategy(
        sample,
        crossSections(sample),
        () => bars,
        () => returns,
      );
      const expected = GOLDEN.strategy[bars];
      close(path.gross, expected?.gross ?? []);
      close(path.equalWeight, expected?.equal_weight ?? []);
      close(path.turnover, expected?.turnover ?? []);
      close(path.longShort, expected?.long_short ?? []);
      close(path.capacity, expected?.capacity ?? []);
      expect(returns.atClose.some((one) => one === 1)).to.equal(true);
      expect(returns.atClose.some((one) => one === 0)).to.equal(true);
    });
});
