import { expect } from 'chai';

import { choiceOverfitting } from '../../../../activities/figures/examination/choice-overfitting.js';
import { trackRecord } from '../../../../activities/figures/examination/track-record.js';
import type { PredictionSets } from '../../../../activities/figures/figures.js';
import { computeFigures } from '../../../../activities/figures/figures.js';
import { probabilisticSharpe } from '../../../../activities/stats/sharpe.js';
import type { ChoiceReturns } from '../../../../data/predictions/choice-returns.js';
import type { Predictions } from '../../../../data/predictions/prediction.js';
import { emptyPredictions } from '../../../../data/predictions/prediction.js';
import { randomStream } from '../../../../data/random.js';
import type { Examination } from '../../../../data/schemas/examination.js';
import { fixtureMarket } from '../market-fixture.js';
import { fixturePredictions, weekdays } from '../predictions-fixture.js';

const options = { seed: 7, horizon: 5, trials: 12, market: 'nse', entry: 'next-open' } as const;

/** The examined model is the student: here it says what the teachers of the sets do. */
function examined(sets: PredictionSets): Examination {
  const { examination } = computeFigures({ ...sets, student: sets.teacher }, options).statTests;
  if (examination === undefined) throw new Error('no examination');
  return examination;
}

function withTeacher(teacher: Predictions): PredictionSets {
  return { teacher, placebo: teacher, student: teacher };
}

describe('the examination of a model', () => {
  const informed = fixturePredictions({ seed: 1, dates: 260, symbols: 30, signal: 0.3 });
  const ignorant = fixturePredictions({ seed: 2, dates: 260, symbols: 30, signal: 0 });

  describe('of log-losses', () => {
    it('compares the dates, each with the mean of its rows', () => {
      // Half of the rows of odd dates are left out: a date counts the same.
      const takes = informed.date.map(
        (date, row) => Number(date.slice(-2)) % 2 === 0 || Number(informed.symbol[row]?.slice(3)) < 15,
      );
      const kept = <Value>(column: readonly Value[]): Value[] => column.filter((_, row) => takes[row]);
      const rows: Predictions = {
        symbol: kept(informed.symbol),
        date: kept(informed.date),
        window: kept(informed.window),
        model: kept(informed.model),
        split: kept(informed.split),
        probability: kept(informed.probability),
        score: kept(informed.score),
        label: kept(informed.label),
        forwardReturn: kept(informed.forwardReturn),
        baseRate: kept(informed.baseRate),
      };
      const byDate = new Map<string, number[]>();
      rows.date.forEach((date, row) => {
        if (rows.split[row] !== 'forward') return;
        const loss = (p: number): number => -Math.log(rows.label[row] === 1 ? p : 1 - p);
        const gain = loss(rows.baseRate[row] ?? NaN) - loss(rows.probability[row] ?? NaN);
        byDate.set(date, [...(byDate.get(date) ?? []), gain]);
      });
      const means = Array.from(byDate.values(), (of) => of.reduce((sum, x) => sum + x, 0) / of.length);
      const { baseRate } = examined(withTeacher(rows)).dieboldMariano;
      expect(baseRate).to.include({ dates: 260, lags: 4, window: 'rectangular' });
      expect(baseRate.mean).to.be.closeTo(means.reduce((sum, x) => sum + x, 0) / 260, 1e-12);
    });

    it('finds a model that knows something, and no other', () => {
      const found = examined(withTeacher(informed)).dieboldMariano;
      expect(found.baseRate.pValue).to.be.below(0.01);
      expect(found.pooledRate.pValue).to.be.below(0.01);
      const none = examined(withTeacher(ignorant)).dieboldMariano;
      expect(none.baseRate.pValue).to.be.above(0.1);
    });
  });

  describe('of symbols', () => {
    it('rejects those of a model that knows something, and none of another', () => {
      const knows = fixturePredictions({ seed: 3, dates: 400, symbols: 20, signal: 0.7 });
      const found = examined(withTeacher(knows)).symbols;
      expect(found).to.include({ symbols: 20, tested: 20, level: 0.1 });
      expect(found.rejected).to.be.at.least(15);
      expect(found.smallest).to.be.below(0.001);
      expect(examined(withTeacher(ignorant)).symbols).to.include({ tested: 30, rejected: 0 });
    });

    it('does not test one with few dates, and takes two windows of a date as one', () => {
      const late = informed.date.map((date, row) => informed.symbol[row] !== 'SYM07' || date < '2022-08-15');
      const kept = <Value>(column: readonly Value[]): Value[] => column.filter((_, row) => late[row]);
      const twice = <Value>(column: readonly Value[]): Value[] => [...kept(column), ...kept(column)];
      const rows: Predictions = {
        symbol: twice(informed.symbol),
        date: twice(informed.date),
        window: [...kept(informed.window), ...kept(informed.window).map((window) => `${window}B`)],
        model: twice(informed.model),
        split: twice(informed.split),
        probability: twice(informed.probability),
        score: twice(informed.score),
        label: twice(informed.label),
        forwardReturn: twice(informed.forwardReturn),
        baseRate: twice(informed.baseRate),
      };
      const whole = examined(withTeacher(informed)).symbols;
      const found = examined(withTeacher(rows)).symbols;
      expect(found).to.include({ symbols: 30, tested: 29 });
      // A symbol less is a test less.
      expect((found.smallest ?? NaN) / (whole.smallest ?? NaN)).to.be.closeTo(29 / 30, 1e-9);
    });
  });

  describe('against simple factors', () => {
    const sets = fixtureMarket({ seed: 3, symbols: 30, dates: 60, cohorts: 3, signal: 0.35 });

    it('says 1 of a model that is better than all of them', () => {
      expect(examined(sets).spa).to.deep.include({
        factors: ['reversal1', 'factorSum'],
        consistent: 1,
        replicates: 500,
        statistic: 0,
      });
    });

    it('names the factor that ranks what the model does not', () => {
      // The model's score becomes a factor, and the other way round.
      const { factors } = sets.market;
      const place = new Map(
        factors.symbol.map((symbol, row) => [`${symbol} ${factors.date[row] ?? ''}`, row]),
      );
      const rowOf = (rows: Predictions, row: number): number =>
        place.get(`${rows.symbol[row] ?? ''} ${rows.date[row] ?? ''}`) ?? -1;
      const knowing = [...(factors.values[0] ?? [])];
      sets.teacher.score.forEach((score, row) => (knowing[rowOf(sets.teacher, row)] = score));
      const score = sets.teacher.score.map((_, row) => factors.values[0]?.[rowOf(sets.teacher, row)] ?? NaN);
      const turned: PredictionSets = {
        ...sets,
        teacher: { ...sets.teacher, score },
        market: { ...sets.market, factors: { ...factors, values: [knowing, ...factors.values.slice(1)] } },
      };
      const { spa } = examined(turned);
      expect(spa).to.include({ best: 'reversal1' });
      expect(spa.upper).to.be.below(0.02);
    });

    it('leaves out a factor that is mostly unknown', () => {
      const { factors } = sets.market;
      const values = factors.values.map((column, at) =>
        column.map((value, row) => (at === 1 && row % 10 > 0 ? NaN : value)),
      );
      const { spa } = examined({ ...sets, market: { ...sets.market, factors: { ...factors, values } } });
      expect(spa.factors).to.deep.equal(['reversal1']);
      expect(spa.dates).to.be.at.least(170);
    });
  });

  it('is null without rows, factors or choices', () => {
    const { dieboldMariano, pbo, minTrackRecord, spa, symbols, model } = examined(
      withTeacher(emptyPredictions()),
    );
    expect(model).to.equal('student');
    expect(dieboldMariano.baseRate).to.deep.include({ dates: 0, window: null, statistic: null });
    expect(pbo).to.deep.equal({});
    expect(minTrackRecord).to.include({ holdings: null, reason: 'there are too few returns' });
    expect(spa).to.deep.include({ factors: [], best: null, dates: 0, consistent: null });
    expect(symbols).to.include({ symbols: 0, tested: 0, rejected: 0, smallest: null });
  });

  describe('of what was chosen', () => {
    const random = randomStream([1, 'choices']);
    const returnsOf = (
      choice: string,
      days: number,
      candidates: number,
      of: (candidate: number) => number,
    ): ChoiceReturns => {
      const dates = weekdays('2021-01-01', days);
      const cells = Array.from({ length: days * candidates }, (_, at) => at);
      return {
        choice: cells.map(() => choice),
        config: cells.map((at) => Math.floor(at / days)),
        date: cells.map((at) => dates[at % days] ?? ''),
        figure: cells.map((at) => of(Math.floor(at / days))),
      };
    };
    const joined = (...parts: readonly ChoiceReturns[]): ChoiceReturns => ({
      choice: parts.flatMap(({ choice }) => choice),
      config: parts.flatMap(({ config }) => config),
      date: parts.flatMap(({ date }) => date),
      figure: parts.flatMap(({ figure }) => figure),
    });

    it('is 0 for one candidate that is better, about a half for noise, and unknown for few days', () => {
      const pbo = choiceOverfitting(
        joined(
          returnsOf('better', 200, 4, (candidate) => (candidate === 2 ? 1 : 0) + 0.1 * random.normal()),
          returnsOf('noise', 200, 4, () => random.normal()),
          returnsOf('medium', 70, 3, (candidate) => candidate + 0.1 * random.normal()),
          returnsOf('short', 39, 4, () => random.normal()),
          returnsOf('alone', 200, 1, () => random.normal()),
        ),
        5,
      );
      expect(Object.keys(pbo)).to.deep.equal(['alone', 'better', 'medium', 'noise', 'short']);
      expect(pbo['better']).to.deep.equal({ splits: 12_870, configs: 4, days: 200, pbo: 0, reason: null });
      expect(pbo['noise']?.pbo).to.be.within(0.1, 0.9);
      // Blocks of at least ten days: six of them.
      expect(pbo['medium']).to.deep.equal({ splits: 20, configs: 3, days: 70, pbo: 0, reason: null });
      expect(pbo['short']).to.include({ splits: 0, pbo: null, reason: 'fewer than 40 days to divide' });
      expect(pbo['alone']).to.include({ pbo: null, reason: 'it has one candidate' });
    });

    it('says where candidates have no days in common', () => {
      const apart = returnsOf('apart', 40, 2, () => random.normal());
      const figure = apart.figure.map((value, at) => (at % 2 === (apart.config[at] ?? 0) ? NaN : value));
      expect(choiceOverfitting({ ...apart, figure }, 5)['apart']).to.include({
        pbo: null,
        reason: 'too few days on which the candidates have figures',
      });
    });
  });

  it('names the holdings at which the Sharpe ratio would be beyond doubt', () => {
    const test = { independentHoldings: 30, sharpe: 0.2, skew: -0.3, kurtosis: 4 };
    const { holdings, ...others } = trackRecord(test);
    expect(others).to.deep.equal({ confidence: 0.95, observed: 30, reason: null });
    const [enough, fewer] = [0, 1].map((less) =>
      probabilisticSharpe({ ...test, n: (holdings ?? NaN) - less }, 0),
    );
    expect(enough).to.be.at.least(0.95);
    expect(fewer).to.be.below(0.95);
    expect(trackRecord({ ...test, sharpe: -0.1 })).to.include({
      holdings: null,
      reason: 'no number is enough: the ratio is not above 0',
    });
    expect(trackRecord({ ...test, sharpe: 3, skew: 4, kurtosis: 1 })).to.include({
      reason: 'the moments of the returns are too extreme',
    });
  });
});
