import { expect } from 'chai';
import fc from 'fast-check';

import { indexMarket } from '../../../../activities/figures/market-rows.js';
import { computeFigures } from '../../../../activities/figures/figures.js';
import { fidelityOf, fidelityPart } from '../../../../activities/figures/paired/fidelity.js';
import { joinDays, pairedDays } from '../../../../activities/figures/paired/paired-days.js';
import { pairedTests } from '../../../../activities/figures/paired/paired-tests.js';
import { rowsByCohort } from '../../../../activities/figures/cohorts.js';
import { drawDates } from '../../../../activities/stats/block-bootstrap.js';
import { takeRows } from '../../../../data/predictions/parquet.js';
import type { Predictions } from '../../../../data/predictions/prediction.js';
import { canonicalJson } from '../../../../data/store/digests.js';
import { fixtureMarket } from '../market-fixture.js';

const NAMES = ['knows', 'guesses'] as const;

describe('two models on the same rows', () => {
  const sets = fixtureMarket({ seed: 5, symbols: 30, dates: 60, cohorts: 2, signal: 0.3 });
  const { teacher, placebo } = sets;
  const market = indexMarket(sets.market);
  const outputs = { knows: teacher, guesses: placebo };
  const rows = [...teacher.symbol.keys()];
  const days = pairedDays(NAMES, { predictions: teacher, rows, outputs, market });
  const drawn = { dates: days.dates, draws: drawDates(days.dates.length, 5, 7, 'test') };
  const draws = { logLoss: drawn, neutral: drawn };
  const compared = { better: 'knows', other: 'guesses', subject: 'One', object: 'another' } as const;

  it('are told apart by their log-loss and their neutral rank IC, the other way round by the opposite', () => {
    const { logLoss, neutral } = pairedTests(compared, days, draws);
    expect(logLoss).to.include({ rows: rows.length, dates: days.dates.length });
    expect(logLoss.estimate).to.be.above(0.05);
    expect(neutral.estimate).to.be.above(0.05);
    expect(neutral.pValue).to.be.below(0.01);
    const turned = pairedTests({ ...compared, better: 'guesses', other: 'knows' }, days, draws);
    expect(turned.logLoss.estimate).to.be.closeTo(-(logLoss.estimate ?? NaN), 1e-15);
    expect(turned.neutral.standardError).to.be.closeTo(neutral.standardError ?? NaN, 1e-15);
  });

  it('differ by nothing where they are one model, whatever was drawn', () => {
    const same = pairedTests({ ...compared, other: 'knows' }, days, draws);
    for (const { estimate, standardError, low, high } of [same.logLoss, same.neutral])
      expect([estimate, standardError, low, high]).to.deep.equal([0, 0, 0, 0]);
  });

  it('have the log-losses of a calculation by hand', () => {
    const mean = (of: Predictions): number =>
      teacher.label.reduce((sum, label, row) => {
        const p = of.probability[row] ?? NaN;
        return sum - Math.log(label === 1 ? p : 1 - p);
      }, 0) / rows.length;
    expect(pairedTests(compared, days, draws).logLoss.estimate).to.be.closeTo(
      mean(placebo) - mean(teacher),
      1e-12,
    );
  });

  it('are measured the same whatever the order of their rows, and cohort by cohort', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(rows.slice(0, 300), { minLength: 300, maxLength: 300 }), (shuffled) => {
        const part = (own: readonly number[]) =>
          pairedDays(NAMES, { predictions: teacher, rows: own, outputs, market });
        expect(part(shuffled)).to.deep.equal(part(rows.slice(0, 300)));
      }),
      { numRuns: 10 },
    );
    const cohorts = [...rowsByCohort(teacher, () => true).values()];
    const parts = cohorts.map((own) =>
      pairedDays(NAMES, { predictions: teacher, rows: own, outputs, market }),
    );
    expect(joinDays(NAMES, parts)).to.deep.equal(days);
  });

  it('say nothing where there are none', () => {
    const { logLoss, neutral } = pairedTests(compared, undefined, draws);
    for (const { estimate, low, pValue, rows: count } of [logLoss, neutral])
      expect([estimate, low, pValue, count]).to.deep.equal([null, null, null, 0]);
    const without = pairedDays(NAMES, { predictions: teacher, rows, outputs, market: undefined });
    const blind = pairedTests(compared, without, draws);
    expect(blind.neutral.estimate).to.equal(null);
    expect(blind.logLoss.estimate).to.be.above(0);
  });
});

describe('the tests of the student', () => {
  const options = { seed: 7, horizon: 5, trials: 3, market: 'nse', entry: 'next-open' } as const;
  const sets = fixtureMarket({ seed: 3, symbols: 30, dates: 60, cohorts: 2, signal: 0.3 });
  const { student } = sets;
  const pick = (of: Predictions) => ({ probability: of.probability, score: of.score });
  const variants = { plain: pick(student), reward: pick(student), hard: pick(sets.placebo) };
  const { statTests, metrics } = computeFigures({ ...sets, studentPlacebo: sets.placebo, variants }, options);

  it('find a student that ranks, beyond chance, placebo and hard labels', () => {
    for (const name of [
      'studentRanks',
      'studentRanksNeutral',
      'studentNeutralBeatsPlacebo',
      'studentNeutralBeatsPermuted',
      'studentAucBeatsChance',
    ] as const)
      expect(statTests[name].pValue, name).to.be.below(0.01);
    expect(statTests.softBeatsHard.neutral.pValue).to.be.below(0.01);
    expect(statTests.softBeatsHard.logLoss.estimate).to.be.above(0);
    expect(statTests.rewardBeatsPlain.neutral.estimate).to.equal(0);
  });

  it('compare it with its teachers on the same dates', () => {
    const { logLoss, neutral } = statTests.studentLessTeacher;
    const { forward, ranking } = metrics;
    expect(logLoss.estimate).to.equal((forward.teacher.logLoss ?? NaN) - (forward.student.logLoss ?? NaN));
    const ic = (name: string): number =>
      ranking.rows.find((row) => row.name === name)?.horizons.find(({ horizon }) => horizon === 5)?.neutral
        .mean ?? NaN;
    expect(neutral.estimate).to.be.closeTo(ic('student') - ic('teacher'), 1e-12);
    expect(metrics.fidelity.rows).to.equal(student.symbol.length);
    expect(metrics.fidelity.rankCorrelation).to.be.within(0.8, 1);
  });

  it('are the same whatever the order of the rows', () => {
    const places = [...student.symbol.keys()].reverse();
    const turn = ({ probability, score }: typeof variants.plain): typeof variants.plain => ({
      probability: probability.toReversed(),
      score: score.toReversed(),
    });
    const again = computeFigures(
      {
        ...sets,
        studentPlacebo: sets.placebo,
        student: takeRows(student, places),
        variants: { plain: turn(variants.plain), reward: turn(variants.reward), hard: turn(variants.hard) },
      },
      options,
    );
    expect(canonicalJson(again.statTests)).to.equal(canonicalJson(statTests));
    expect(canonicalJson(again.metrics)).to.equal(canonicalJson(metrics));
  });
});

describe('the fidelity of a student', () => {
  const { teacher } = fixtureMarket({ seed: 3, symbols: 12, dates: 20, cohorts: 1, signal: 0.3 });
  const rows = [...teacher.symbol.keys()];
  const of = (predictions: Predictions) => ({ predictions, rows });

  it('is perfect for the teacher itself', () => {
    expect(fidelityOf([fidelityPart('c', of(teacher), of(teacher))])).to.deep.equal({
      rows: rows.length,
      kl: 0,
      rankCorrelation: 1,
      agreement: 1,
      meanAbsoluteDifference: 0,
    });
  });

  it('is that of a calculation by hand', () => {
    const probability = teacher.probability.map(() => 0.25);
    const score = teacher.score.map((value) => -value);
    const { kl, rankCorrelation, agreement, meanAbsoluteDifference } = fidelityOf([
      fidelityPart(
        'c',
        of({ ...teacher, probability: teacher.probability.map(() => 0.5) }),
        of({ ...teacher, probability, score }),
      ),
    ]);
    // 0.5·ln(0.5/0.25) + 0.5·ln(0.5/0.75)
    expect(kl).to.be.closeTo(0.5 * Math.log(2) + 0.5 * Math.log(2 / 3), 1e-12);
    expect(rankCorrelation).to.be.closeTo(-1, 1e-12);
    expect(agreement).to.equal(0);
    expect(meanAbsoluteDifference).to.equal(0.25);
  });

  it('is unknown without common rows', () => {
    expect(fidelityOf([])).to.deep.equal({
      rows: 0,
      kl: null,
      rankCorrelation: null,
      agreement: null,
      meanAbsoluteDifference: null,
    });
  });
});
