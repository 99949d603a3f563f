import { expect } from 'chai';

import { computeFigures } from '../../../../activities/figures/figures.js';
import type { RankingRow } from '../../../../data/schemas/ranking-figures.js';
import { fixturePredictions } from '../predictions-fixture.js';
import { fixtureMarket } from '../market-fixture.js';

const options = { seed: 7, horizon: 5, trials: 3, market: 'nse', entry: 'next-open' } as const;

function rowOf(rows: readonly RankingRow[], name: string): RankingRow {
  const row = rows.find((one) => one.name === name);
  if (row === undefined) throw new Error(`no row ${name}`);
  return row;
}

describe('the ranking figures', () => {
  const sets = fixtureMarket({ seed: 5, symbols: 40, dates: 110, cohorts: 3, signal: 0.3 });
  const { metrics, statTests } = computeFigures(sets, options);
  const { rows, blocks } = metrics.ranking;
  const teacher = rowOf(rows, 'teacher');

  it('find a score that knows the next bar, at each horizon less of it', () => {
    const means = teacher.horizons.map(({ neutral }) => neutral.mean ?? NaN);
    // The score knows 0.3 of one bar in h: a correlation of 0.29 / √h, of ranks and with regressors a little less.
    for (const [at, horizon] of [1, 5, 10, 20].entries())
      expect(means[at]).to.be.closeTo(0.265 / Math.sqrt(horizon), 0.025);
    for (const { raw, neutral } of teacher.horizons.slice(0, 2)) {
      expect(raw.low).to.be.greaterThan(0);
      expect(neutral.low).to.be.greaterThan(0);
      expect(neutral.high).to.be.greaterThan(neutral.mean ?? NaN);
      expect(neutral.icir).to.be.closeTo((neutral.mean ?? NaN) / (neutral.deviation ?? NaN), 1e-12);
      expect(neutral.detectable).to.be.closeTo(2.8 * (neutral.standardError ?? NaN), 1e-12);
      expect(neutral.reason).to.equal(null);
    }
    expect(blocks).to.deep.equal([
      { horizon: 1, dates: 10 },
      { horizon: 5, dates: 10 },
      { horizon: 10, dates: 20 },
      { horizon: 20, dates: 40 },
    ]);
  });

  it('find nothing in the placebo, whose return is that of its label alone', () => {
    for (const name of ['placebo', 'permuted']) {
      const { neutral } = rowOf(rows, name).horizons[1] ?? { neutral: { low: null, high: null } };
      expect(neutral.low).to.be.lessThan(0);
      expect(neutral.high).to.be.greaterThan(0);
    }
    const [first] = rowOf(rows, 'placebo').horizons;
    expect(first?.raw).to.include({ mean: null, reason: 'no row has both a score and a known return' });
    expect(statTests.placeboRanksNeutral.low).to.be.lessThan(0);
  });

  it('test the teachers against chance, both placebos and the factor sum, paired by date', () => {
    const { teacherRanks, teacherRanksNeutral, teacherNeutralBeyondFactorSum } = statTests;
    expect(teacherRanks.estimate).to.equal(teacher.horizons[1]?.raw.mean);
    expect(teacherRanksNeutral.pValue).to.be.lessThan(0.01);
    expect(statTests.teacherNeutralBeatsPlacebo.low).to.be.greaterThan(0);
    expect(statTests.teacherNeutralBeatsPermuted.low).to.be.greaterThan(0);
    const sum = rowOf(rows, 'factorSum').horizons[1]?.neutral.mean ?? NaN;
    // The factor sum needs five bars before: the first dates have none.
    expect(teacherNeutralBeyondFactorSum.dates).to.equal(3 * 110 - 5);
    expect(teacherNeutralBeyondFactorSum.estimate).to.be.closeTo(
      (teacherRanksNeutral.estimate ?? NaN) - sum,
      0.01,
    );
  });

  it('have tables by tile, year and sector that add up to the whole', () => {
    const mean = (parts: RankingRow['byTile']): number => {
      const figures = parts.map(({ horizons }) => horizons[1]?.raw ?? { days: 0, mean: null });
      const days = figures.reduce((sum, one) => sum + one.days, 0);
      return figures.reduce((sum, one) => sum + one.days * (one.mean ?? 0), 0) / days;
    };
    expect(teacher.byTile).to.have.length(3);
    expect(teacher.byYear.map(({ part }) => part)).to.deep.equal(['2022', '2023']);
    for (const parts of [teacher.byTile, teacher.byYear])
      expect(mean(parts)).to.be.closeTo(teacher.horizons[1]?.raw.mean ?? NaN, 1e-12);
    expect(teacher.bySector.map(({ part }) => part)).to.deep.equal([
      'SECTOR0',
      'SECTOR1',
      'SECTOR2',
      'SECTOR3',
      'SECTOR4',
      'SECTOR5',
    ]);
  });

  it('say what the score leans on and how long it lasts', () => {
    const { exposure, persistence } = teacher;
    expect(exposure.volatility.mean).to.be.closeTo(0, 0.03);
    expect(exposure.sector.mean).to.be.closeTo(exposure.sectorByChance ?? NaN, 0.02);
    expect(persistence[0]?.autocorrelation.mean).to.be.closeTo(0, 0.03);
    // 4 of 40 symbols by chance: nine tenths are new.
    expect(persistence[0]?.turnover.mean).to.be.closeTo(0.9, 0.03);
    const leaning = {
      ...sets,
      teacher: { ...sets.teacher, score: sets.teacher.symbol.map((symbol) => Number(symbol.slice(1))) },
    };
    const volatile = rowOf(computeFigures(leaning, options).metrics.ranking.rows, 'teacher');
    expect(volatile.exposure.volatility.mean).to.be.closeTo(1, 1e-12);
    expect(volatile.persistence[0]?.autocorrelation.mean).to.be.closeTo(1, 1e-12);
    expect(volatile.persistence[0]?.turnover.mean).to.equal(0);
    expect(volatile.horizons[1]?.neutral.reason).to.equal('the exposures explain the whole score');
  });

  it('are n/a with the reason where there are too few symbols or no market', () => {
    const few = fixtureMarket({ seed: 5, symbols: 4, dates: 60, cohorts: 1, signal: 0.3 });
    const [four] = computeFigures(few, options).metrics.ranking.rows;
    expect(four?.horizons[1]?.raw.reason).to.equal('at most 4 symbols a date, fewer than 5');
    expect(four?.horizons[1]?.raw.mean).to.equal(null);
    const some = fixtureMarket({ seed: 5, symbols: 24, dates: 60, cohorts: 1, signal: 0.3 });
    const [medium] = computeFigures(some, options).metrics.ranking.rows;
    expect(medium?.horizons[1]?.raw.mean).to.be.greaterThan(0);
    expect(medium?.horizons[1]?.neutral).to.include({
      mean: null,
      reason: 'at most 24 symbols a date, fewer than 25',
    });
    const alone = fixturePredictions({ seed: 1, dates: 60, symbols: 30, signal: 0.3 });
    const [without] = computeFigures({ teacher: alone, placebo: alone, student: alone }, options).metrics
      .ranking.rows;
    expect(without?.horizons[1]?.raw.mean).to.be.greaterThan(0);
    expect(without?.horizons[1]?.neutral.reason).to.equal('the exposures of the symbols are unknown');
    expect(without?.horizons[2]?.raw.reason).to.equal('no row has both a score and a known return');
  });
});
