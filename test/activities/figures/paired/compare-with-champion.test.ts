import { expect } from 'chai';

import type { ComparedBundle } from '../../../../activities/figures/paired/compare-with-champion.js';
import { compareWithChampion } from '../../../../activities/figures/paired/compare-with-champion.js';
import { dieboldMariano } from '../../../../activities/stats/diebold-mariano.js';
import { takeRows } from '../../../../data/predictions/parquet.js';
import { championComparisonSchema } from '../../../../data/schemas/champion-comparison.js';
import { fixtureMarket } from '../market-fixture.js';

const config = {
  interval: '1day',
  label: 'horizon',
  horizon: 5,
  threshold: 0.02,
  lowerBarrier: undefined,
  entry: 'next-open',
  seed: 7,
} as const;

describe('a candidate and the champion', () => {
  const { market, teacher, placebo } = fixtureMarket({
    seed: 5,
    symbols: 30,
    dates: 60,
    cohorts: 2,
    signal: 0.3,
  });
  const knows: ComparedBundle = { config, student: teacher, market };
  const guesses: ComparedBundle = { config, student: placebo, market };

  it('are compared on the rows that both predicted, by date', () => {
    const half = placebo.date.flatMap((date, row) => (date >= (placebo.date[900] ?? '') ? [row] : []));
    const part = { ...guesses, student: takeRows(placebo, half) };
    const comparison = compareWithChampion(knows, part);
    expect(championComparisonSchema.parse(comparison)).to.deep.equal(comparison);
    expect(comparison).to.deep.include({ rows: half.length, first: placebo.date[900], reasons: [] });
    expect(comparison.logLoss.difference).to.be.above(0);
    expect(comparison.neutralIc.difference).to.be.above(0.05);
    expect(comparison.neutralIc.low).to.be.above(0);
    const { candidate, champion, difference } = comparison.logLoss;
    expect((champion ?? NaN) - (candidate ?? NaN)).to.be.closeTo(difference ?? NaN, 1e-12);
    const { neutralIc } = comparison;
    expect((neutralIc.candidate ?? NaN) - (neutralIc.champion ?? NaN)).to.be.closeTo(
      neutralIc.difference ?? NaN,
      1e-12,
    );
  });

  it('do not differ where they are one, and the other way round by the opposite', () => {
    const same = compareWithChampion(knows, knows);
    expect(same.logLoss).to.deep.include({ difference: 0, standardError: 0 });
    expect(same.neutralIc.candidate).to.equal(same.neutralIc.champion);
    const [one, other] = [compareWithChampion(knows, guesses), compareWithChampion(guesses, knows)];
    expect(other.neutralIc.difference).to.be.closeTo(-(one.neutralIc.difference ?? NaN), 1e-12);
  });

  it('are tested by date for equal accuracy, with the lags of the label', () => {
    const { dieboldMariano: test, logLoss, dates } = compareWithChampion(knows, guesses);
    const loss = (probability: number, label: number): number =>
      -Math.log(label === 1 ? probability : 1 - probability);
    const byDate = new Map<string, number[]>();
    for (const [row, date] of teacher.date.entries()) {
      if (teacher.split[row] !== 'forward') continue;
      const label = teacher.label[row] ?? NaN;
      const gain =
        loss(placebo.probability[row] ?? NaN, label) - loss(teacher.probability[row] ?? NaN, label);
      byDate.set(date, [...(byDate.get(date) ?? []), gain]);
    }
    const gains = [...byDate.entries()]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, day]) => day.reduce((sum, gain) => sum + gain, 0) / day.length);
    const expected = dieboldMariano(gains, config.horizon);
    expect(test).to.include({ dates, lags: 4, window: expected?.window });
    expect(dates).to.equal(gains.length);
    expect(test?.statistic).to.be.closeTo(expected?.statistic ?? NaN, 1e-9);
    expect(test?.pValue).to.be.closeTo(expected?.pValue ?? NaN, 1e-9);
    expect(Math.sign(test?.mean ?? NaN)).to.equal(Math.sign(logLoss.difference ?? NaN));
    const { dieboldMariano: turned } = compareWithChampion(guesses, knows);
    expect(turned?.twoSided).to.be.closeTo(test?.twoSided ?? NaN, 1e-12);
    expect((turned?.pValue ?? NaN) + (test?.pValue ?? NaN)).to.be.closeTo(1, 1e-12);
    const same = compareWithChampion(knows, knows).dieboldMariano;
    expect(same).to.include({ dates, mean: null, statistic: null, pValue: null });
  });

  it('say what cannot be compared', () => {
    const otherLabel = compareWithChampion(knows, { ...guesses, config: { ...config, threshold: 0.03 } });
    expect(otherLabel.logLoss.difference).to.equal(null);
    expect(otherLabel.dieboldMariano).to.equal(null);
    expect(otherLabel.neutralIc.difference).to.be.above(0);
    expect(otherLabel.reasons[0]).to.match(/labels of both are not the same/);
    const otherBars = compareWithChampion(knows, { ...guesses, config: { ...config, interval: '5minute' } });
    expect(otherBars).to.deep.include({ rows: 0, dieboldMariano: null });
    expect(otherBars.reasons[0]).to.match(/5minute bars/);
    const none = compareWithChampion(knows, { ...guesses, student: takeRows(placebo, []) });
    expect(none.reasons).to.include('the students predicted no common forward rows');
    expect(none.logLoss.difference).to.equal(null);
    expect(none.dieboldMariano).to.equal(null);
    const blind = compareWithChampion({ ...knows, market: undefined }, guesses);
    expect(blind.neutralIc.difference).to.equal(null);
    expect(blind.reasons[0]).to.match(/no outcomes/);
  });
});
