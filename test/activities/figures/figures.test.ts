import { expect } from 'chai';

import { datesPerSession } from '../../../activities/stats/block-bootstrap.js';
import type { Figures } from '../../../activities/figures/figures.js';
import { computeFigures } from '../../../activities/figures/figures.js';
import type { Predictions } from '../../../data/predictions/prediction.js';
import { emptyPredictions } from '../../../data/predictions/prediction.js';
import { metricsSchema, statTestsSchema } from '../../../data/schemas/metrics.js';
import { stressTestsSchema } from '../../../data/schemas/stress.js';
import { canonicalJson } from '../../../data/store/digests.js';
import { fixturePredictions, weekdays } from './predictions-fixture.js';
import { sampleOf } from './sample-of.js';

const options = { seed: 7, horizon: 5, trials: 12, market: 'nse', entry: 'next-open' } as const;
const informed = fixturePredictions({ seed: 1, dates: 260, symbols: 30, signal: 0.3 });
const ignorant = fixturePredictions({ seed: 2, dates: 260, symbols: 30, signal: 0 });
const empty = emptyPredictions();

describe('the figures of a run', () => {
  const figures = computeFigures({ teacher: informed, placebo: ignorant, student: informed }, options);

  it('are reproducible, match their schemas and hold only finite numbers and null', () => {
    const again = computeFigures({ teacher: informed, placebo: ignorant, student: informed }, options);
    expect(canonicalJson(again)).to.equal(canonicalJson(figures));
    expect(metricsSchema.parse(figures.metrics)).to.deep.equal(figures.metrics);
    expect(statTestsSchema.parse(figures.statTests)).to.deep.equal(figures.statTests);
    expect(stressTestsSchema.parse(figures.stressTests)).to.deep.equal(figures.stressTests);
  });

  it('find an existing signal', () => {
    const { teacher, placebo } = figures.metrics.forward;
    expect(teacher.rows).to.equal(260 * 30);
    expect(teacher.skill).to.be.greaterThan(0.01);
    expect(teacher.rankIc.mean).to.be.greaterThan(0.15);
    expect(figures.statTests.teacherBeatsBaseRate.pValue).to.be.lessThan(0.01);
    expect(figures.statTests.teacherBeatsPlacebo.low).to.be.greaterThan(0);
    expect(figures.statTests.netSharpe.probabilistic).to.be.greaterThan(0.9);
    expect(placebo.auc).to.be.closeTo(0.5, 0.03);
  });

  it('find no signal in noise', () => {
    const other = fixturePredictions({ seed: 5, dates: 260, symbols: 30, signal: 0 });
    const none = computeFigures({ teacher: other, placebo: ignorant, student: other }, options);
    expect(none.statTests.teacherAucBeatsPlacebo.low).to.be.lessThan(0);
    expect(none.statTests.activeSharpe.deflated).to.be.lessThan(0.95);
    const { low, high } = none.metrics.forward.teacher.confidence.auc;
    expect(low).to.be.lessThan(0.5);
    expect(high).to.be.greaterThan(0.5);
  });

  it('compare rows inside cohorts, so that the level of a cohort’s probabilities does not matter', () => {
    // Half of the rows come from another cohort, whose probabilities are lower.
    const late = (row: number): boolean => row % 2 === 1;
    const window = informed.window.map((label, row) => (late(row) ? `${label}_late` : label));
    const split = { ...informed, window };
    const lower = { ...split, probability: split.probability.map((p, row) => (late(row) ? p / 10 : p)) };
    const forwardOf = (teacher: Predictions) =>
      computeFigures({ teacher, placebo: ignorant, student: informed }, options).metrics.forward.teacher;
    const [even, uneven] = [forwardOf(split), forwardOf(lower)];
    expect(uneven.cohortAuc).to.equal(even.cohortAuc);
    expect(uneven.confidence.cohortAuc).to.deep.equal(even.confidence.cohortAuc);
    expect(uneven.auc).to.be.lessThan((even.auc ?? NaN) - 0.02);
    expect(even.cohortAuc).to.be.closeTo(even.auc ?? NaN, 0.02);
  });

  it('compare the placebo with the pooled base rate, against which a constant has no skill', () => {
    // Base rates of single windows scatter around the true rate, so predicting the true rate beats them.
    const [low, high] = [0.1, 0.5];
    const scattered = ignorant.symbol.map((symbol) => (Number(symbol.slice(3)) % 2 === 0 ? low : high));
    const constant = { ...ignorant, baseRate: scattered, probability: ignorant.symbol.map(() => 0.3) };
    const sets = { teacher: informed, placebo: constant, student: informed };
    const { metrics, statTests } = computeFigures(sets, options);
    expect(metrics.forward.placebo.skill).to.be.greaterThan(0.05);
    expect(metrics.forward.placebo.pooledRate.skill).to.be.closeTo(0, 1e-12);
    expect(statTests.placeboBeatsPooledRate.pValue).to.be.greaterThan(0.05);

    // A placebo that leaks its labels.
    const leaking = { ...constant, probability: ignorant.label.map((label) => (label === 1 ? 0.35 : 0.27)) };
    const { estimate, standardError, pValue } = computeFigures({ ...sets, placebo: leaking }, options)
      .statTests.placeboBeatsPooledRate;
    expect(estimate).to.be.greaterThan(3 * (standardError ?? NaN));
    expect(pValue).to.be.lessThan(0.01);
  });

  it('give the teachers no credit for window base rates that are noisier than the placebo’s', () => {
    // Both predict the overall rate; the base rates of the teachers' windows scatter.
    const [low, high] = [0.1, 0.5];
    const rate = ignorant.label.reduce((sum, label) => sum + label, 0) / ignorant.label.length;
    const constant = { ...ignorant, probability: ignorant.symbol.map(() => rate) };
    const scattered = ignorant.symbol.map((symbol) => (Number(symbol.slice(3)) % 2 === 0 ? low : high));
    const { metrics, statTests } = computeFigures(
      { teacher: { ...constant, baseRate: scattered }, placebo: constant, student: constant },
      options,
    );
    const { teacher, placebo } = metrics.forward;
    expect((teacher.skill ?? NaN) - (placebo.skill ?? NaN)).to.be.greaterThan(0.05);
    expect(statTests.teacherBeatsPlacebo.estimate).to.be.closeTo(0, 0.001);
    expect(statTests.teacherBeatsPlacebo.unit).to.contain('pooled base rate');
  });

  it('compute the pooled base rate from the windows of the row’s cohort and split, each once', () => {
    const windows = [
      'AA_2022-01-01_to_2022-06-30',
      'M&M_2022-01-01_to_2022-06-30',
      'AA_2022-06-30_to_2022-12-27',
    ];
    const rows = [0, 0, 0, 1, 2];
    const predictions: Predictions = {
      ...empty,
      symbol: rows.map(() => 'AA'),
      date: rows.map((_, i) => `2023-01-0${i + 1}`),
      window: rows.map((row) => windows[row] ?? ''),
      model: rows.map(() => 'teacher'),
      split: rows.map(() => 'forward'),
      probability: rows.map(() => 0.5),
      score: rows.map(() => 0),
      label: rows.map(() => 1),
      forwardReturn: rows.map(() => 0.1),
      baseRate: rows.map((row) => [0.2, 0.4, 0.7][row] ?? NaN),
    };
    const { pooledRate } = sampleOf(predictions, 'forward');
    expect(Array.from(pooledRate, (rate) => Math.round(rate * 1e9) / 1e9)).to.deep.equal([
      0.3, 0.3, 0.3, 0.3, 0.7,
    ]);
    expect(sampleOf(predictions, 'validation').pooledRate).to.have.length(0);
  });

  it('deflate more with more trials', () => {
    const more = computeFigures(
      { teacher: informed, placebo: ignorant, student: informed },
      { ...options, trials: 5000 },
    );
    expect(more.statTests.netSharpe.probabilistic).to.equal(figures.statTests.netSharpe.probabilistic);
    expect(more.statTests.netSharpe.deflated).to.be.lessThan(figures.statTests.netSharpe.deflated ?? 0);
  });

  it('have intervals that contain the estimate', () => {
    const { teacher } = figures.metrics.forward;
    for (const name of ['logLoss', 'brier', 'auc', 'skill'] as const) {
      expect(teacher.confidence[name].low).to.be.lessThan(teacher[name] ?? NaN);
      expect(teacher.confidence[name].high).to.be.greaterThan(teacher[name] ?? NaN);
    }
  });

  it('are null without rows, with one class, or with too few dates for an interval', () => {
    const nothing = computeFigures({ teacher: empty, placebo: empty, student: empty }, options);
    expect(metricsSchema.parse(nothing.metrics).forward.teacher.auc).to.equal(null);
    expect(nothing.stressTests.events).to.deep.equal([]);

    const zeros = { ...informed, label: informed.label.map(() => 0) };
    const oneClass = computeFigures({ teacher: zeros, placebo: zeros, student: zeros }, options);
    expect(oneClass.metrics.forward.teacher.auc).to.equal(null);
    expect(oneClass.metrics.forward.teacher.logLoss).to.be.greaterThan(0);

    const short = fixturePredictions({ seed: 1, dates: 20, symbols: 3, signal: 0.3 });
    const few = computeFigures({ teacher: short, placebo: short, student: short }, options);
    expect(few.metrics.forward.teacher.confidence.logLoss).to.deep.equal({ low: null, high: null });
    expect(few.metrics.forward.teacher.rankIc.days).to.equal(0);
    expect(few.metrics.forward.teacher.strategy.net.sharpe).to.equal(null);
    expect(few.statTests.teacherBeatsBaseRate.pValue).to.equal(null);
  });

  it('count a symbol once when two windows predict it on one date', () => {
    const twice: Predictions = {
      symbol: [...informed.symbol, ...informed.symbol],
      date: [...informed.date, ...informed.date],
      window: [...informed.window, ...informed.window.map((window) => `${window}B`)],
      model: [...informed.model, ...informed.model],
      split: [...informed.split, ...informed.split],
      probability: [...informed.probability, ...informed.probability],
      score: [...informed.score, ...informed.score],
      label: [...informed.label, ...informed.label],
      forwardReturn: [...informed.forwardReturn, ...informed.forwardReturn],
      baseRate: [...informed.baseRate, ...informed.baseRate],
    };
    const doubled = computeFigures({ teacher: twice, placebo: ignorant, student: informed }, options);
    expect(doubled.metrics.forward.teacher.rankIc).to.deep.equal(figures.metrics.forward.teacher.rankIc);
    const { holding: both, ...strategy } = doubled.metrics.forward.teacher.strategy;
    const { holding: one, ...expected } = figures.metrics.forward.teacher.strategy;
    expect(strategy).to.deep.equal(expected);
    expect([one.length, both.length]).to.deep.equal([1, 2]);
  });

  it('report the most extreme dates, each event once', () => {
    const { events } = figures.stressTests;
    const worst = events.filter((event) => event.kind === 'worst');
    expect(worst).to.have.lengthOf(5);
    const returns = worst.map((event) => event.marketReturn ?? NaN);
    expect(returns).to.deep.equal([...returns].sort((a, b) => a - b));
    expect(returns[0]).to.be.lessThan(-0.01);
    expect(events.filter((event) => event.kind === 'best')).to.have.lengthOf(5);
    const wide = fixturePredictions({ seed: 4, dates: 520, symbols: 6, signal: 0.2 });
    const known = computeFigures({ teacher: wide, placebo: wide, student: wide }, options).stressTests.events;
    const election = known.find((event) => event.note.startsWith('2024-06-04'));
    expect(election).to.deep.include({ date: '2024-05-28', dates: 5, rows: 30 });
    const made = computeFigures(
      { teacher: wide, placebo: wide, student: wide },
      { ...options, market: 'synthetic' },
    );
    expect(made.stressTests.events.some((event) => event.kind === 'known')).to.equal(false);
  });
});

describe('figures of intraday bars', () => {
  /** The same rows, with every five dates as the five bars of one session, from 2024-02-01 on. */
  const BARS = 5;
  const days = fixturePredictions({ seed: 4, dates: 600, symbols: 6, signal: 0.2 });
  const folded = (): Predictions => {
    const dates = [...new Set(days.date)].sort();
    const sessions = weekdays('2024-02-01', Math.ceil(dates.length / BARS));
    const stamp = new Map(
      dates.map((date, at) => [date, `${sessions[Math.floor(at / BARS)] ?? ''}T09:${15 + 5 * (at % BARS)}`]),
    );
    return { ...days, date: days.date.map((date) => stamp.get(date) ?? '') };
  };
  const figuresOf = (predictions: Predictions): Figures =>
    computeFigures({ teacher: predictions, placebo: predictions, student: predictions }, options);
  const [daily, intraday] = [figuresOf(days), figuresOf(folded())];

  it('annualise by the number of bars per year', () => {
    const [slow, fast] = [daily, intraday].map(({ metrics }) => metrics.forward.teacher.strategy);
    const root = Math.sqrt(BARS);
    // Costs depend on the date, so these are figures before costs.
    expect(fast?.gross.volatility).to.be.closeTo((slow?.gross.volatility ?? NaN) * root, 1e-9);
    expect(fast?.gross.sharpe).to.be.closeTo((slow?.gross.sharpe ?? NaN) * root, 1e-9);
    expect(fast?.turnoverPerYear).to.be.closeTo((slow?.turnoverPerYear ?? NaN) * BARS, 1e-6);
    const growth = (figures: typeof slow): number => Math.log1p(figures?.gross.annualisedReturn ?? NaN);
    expect(growth(fast)).to.be.closeTo(growth(slow) * BARS, 1e-9);
    expect(intraday.metrics.forward.teacher.logLoss).to.equal(daily.metrics.forward.teacher.logLoss);
  });

  it('draw whole sessions together', () => {
    expect(daily.metrics.method.block).to.equal(10);
    expect(intraday.metrics.method.block).to.equal(10 * BARS);
    expect(datesPerSession(['2024-01-01', '2024-01-02'])).to.equal(1);
    expect(datesPerSession([])).to.equal(1);
  });

  it('use all bars of the day of a shock', () => {
    const election = intraday.stressTests.events.find((event) => event.note.startsWith('2024-06-04'));
    // The horizon before the first bar, and the day's own bars except for the last.
    expect(election).to.deep.include({ dates: 5 + BARS - 1, rows: 6 * (5 + BARS - 1) });
  });
});

describe('the block bootstrap', () => {
  it('has about its nominal coverage, with overlapping labels', () => {
    // Neighbouring dates share four of five draws: intervals by row or by date would be far too narrow.
    const covered = Array.from({ length: 40 }, (_, trial) => {
      const predictions = fixturePredictions({
        seed: 100 + trial,
        dates: 150,
        symbols: 8,
        signal: 0,
        overlap: 5,
      });
      const figures = computeFigures(
        { teacher: predictions, placebo: predictions, student: predictions },
        options,
      );
      const { low, high } = figures.metrics.forward.teacher.confidence.rankIc;
      return low !== null && high !== null && low <= 0 && high >= 0;
    }).filter(Boolean).length;
    expect(covered).to.be.at.least(34);
  });
});
