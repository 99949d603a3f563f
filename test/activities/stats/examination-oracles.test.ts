import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import { returnFigures } from '../../../activities/figures/strategy/returns.js';
import { dieboldMariano } from '../../../activities/stats/diebold-mariano.js';
import { adjustedPValues } from '../../../activities/stats/false-discoveries.js';
import { overfitting } from '../../../activities/stats/overfitting.js';
import { deflatedSharpe, sharpeMoments } from '../../../activities/stats/sharpe.js';
import { studentTail } from '../../../activities/stats/student-t.js';
import { superiorAbility } from '../../../activities/stats/superior-ability.js';
import { minTrackRecord } from '../../../activities/stats/track-record.js';
import { packageRoot } from '../../../data/store/package-root.js';

const figures = z.array(z.number());
const accuracy = z.object({
  plain: z.number(),
  statistic: z.number(),
  two_sided: z.number(),
  better: z.number(),
});
const accuracyCase = z.object({
  horizon: z.number(),
  window: z.enum(['rectangular', 'bartlett']),
  dieboldmariano: accuracy,
  statsmodels: accuracy,
});
const bounds = z.object({ lower: z.number(), consistent: z.number(), upper: z.number() });
const sampled = z.object({ gains: z.array(figures), draws: z.array(z.string()) });
const golden = z
  .object({
    student: z.array(z.object({ t: z.number(), degrees: z.number(), tail: z.number() })),
    accuracy: z.object({
      differences: figures,
      cases: z.array(accuracyCase),
      alternating: figures,
      alternating_bartlett: accuracyCase,
    }),
    overfitting: z.array(
      z.object({
        candidates: z.number(),
        blocks: z.number(),
        performance: z.enum(['sharpe', 'mean']),
        figures,
        purgedcv: z.object({ below_median: z.number(), logits: figures }),
        holdout: z.object({ not_above_median: z.number(), logits: figures }),
      }),
    ),
    superior: z.array(
      sampled.extend({ kind: z.string(), arch: z.object({ plain: bounds, studentised: bounds }) }),
    ),
    superior_holdout: z.array(sampled.extend({ ...bounds.shape, statistic: z.number(), best: z.number() })),
    track_record: z.array(
      z.object({
        sharpe: z.number(),
        benchmark: z.number(),
        skew: z.number(),
        kurtosis: z.number(),
        holdout: z.number(),
        purgedcv_whole: z.number(),
      }),
    ),
    deflated: z.object({
      returns: figures,
      ratios: figures,
      trials: z.number(),
      purgedcv: z.object({ benchmark: z.number(), deflated: z.number() }),
      jsharpe_benchmark: z.number(),
      holdout_benchmark: z.number(),
    }),
    growth: z.object({
      returns: figures,
      calendar_days: z.number(),
      ffn: z.number(),
      empyrical: z.number(),
    }),
    discoveries: z.array(
      z.object({
        p: figures,
        level: z.number(),
        rejected: z.number(),
        statsmodels: figures,
        scipy: figures,
        holdout: figures,
      }),
    ),
  })
  .parse(
    JSON.parse(
      readFileSync(path.join(packageRoot, 'test', 'golden', 'statistics', 'examination.json'), 'utf8'),
    ),
  );

/** How often each period was drawn: a digit of base 36 for each. */
function drawsOf(texts: readonly string[]): Int32Array[] {
  return texts.map((text) => Int32Array.from(text, (digit) => parseInt(digit, 36)));
}

function close(actual: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  expect(actual).to.have.lengthOf(expected.length);
  Array.from(actual).forEach((value, i) => expect(value).to.be.closeTo(expected[i] ?? NaN, tolerance));
}

describe('statistics of the examination against libraries', () => {
  it('tails of Student’s t: scipy', () => {
    for (const { t, degrees, tail } of golden.student)
      expect(studentTail(t, degrees), `${t} of ${degrees}`).to.be.closeTo(tail, 1e-10 * tail);
  });

  it('Diebold–Mariano: dieboldmariano, and a regression on a constant by statsmodels', () => {
    const { differences, cases, alternating, alternating_bartlett } = golden.accuracy;
    for (const { horizon, window, dieboldmariano, statsmodels } of cases) {
      const test = dieboldMariano(differences, horizon, window);
      for (const peer of [dieboldmariano, statsmodels]) {
        expect(test?.statistic).to.be.closeTo(peer.statistic, 1e-10);
        expect(test?.pValue).to.be.closeTo(peer.better, 1e-10);
        expect(test?.twoSided).to.be.closeTo(peer.two_sided, 1e-10);
      }
      expect(test?.window).to.equal(window);
    }
    // The rectangular window has no variance here: the other one stands in.
    const fallen = dieboldMariano(alternating, 2);
    expect(fallen?.window).to.equal('bartlett');
    for (const peer of [alternating_bartlett.dieboldmariano, alternating_bartlett.statsmodels]) {
      expect(fallen?.statistic).to.be.closeTo(peer.statistic, 1e-10);
      expect(fallen?.twoSided).to.be.closeTo(peer.two_sided, 1e-10);
    }
  });

  it('probability of overfitting: purgedcv and holdout-backtest', () => {
    for (const {
      candidates,
      blocks,
      performance,
      figures: values,
      purgedcv,
      holdout,
    } of golden.overfitting) {
      const found = overfitting(values, candidates, blocks, performance);
      const logits = [...(found?.logits ?? [])].sort((a, b) => a - b);
      close(logits, purgedcv.logits, 1e-10);
      close(logits, holdout.logits, 1e-10);
      expect(found?.probability).to.be.closeTo(holdout.not_above_median, 1e-12);
      // purgedcv does not count a winner at the median itself.
      const atMedian = logits.filter((logit) => logit === 0).length / logits.length;
      expect((found?.probability ?? NaN) - atMedian).to.be.closeTo(purgedcv.below_median, 1e-12);
    }
  });

  it('superior predictive ability: arch, with its own draws', () => {
    for (const { gains, draws, arch } of golden.superior) {
      const columns = gains.map((column) => Float64Array.from(column));
      const plain = superiorAbility(columns, drawsOf(draws), { studentise: false });
      const studentised = superiorAbility(columns, drawsOf(draws));
      for (const name of ['lower', 'consistent', 'upper'] as const) {
        expect(plain?.[name], name).to.equal(arch.plain[name]);
        expect(studentised?.[name], name).to.equal(arch.studentised[name]);
      }
    }
  });

  it('superior predictive ability: holdout-backtest, with its own draws', () => {
    for (const { gains, draws, ...expected } of golden.superior_holdout) {
      const found = superiorAbility(
        gains.map((column) => Float64Array.from(column)),
        drawsOf(draws),
      );
      expect(found?.statistic).to.be.closeTo(expected.statistic, 1e-10);
      expect(found).to.include({
        best: expected.best,
        lower: expected.lower,
        consistent: expected.consistent,
        upper: expected.upper,
      });
    }
  });

  it('minimum track record length: holdout-backtest, and purgedcv in whole observations', () => {
    for (const { benchmark, holdout, purgedcv_whole, ...moments } of golden.track_record) {
      const length = minTrackRecord(moments, benchmark, 0.95);
      expect(length).to.be.closeTo(holdout, 1e-10 * holdout);
      expect(Math.ceil(length ?? NaN)).to.equal(purgedcv_whole);
    }
  });

  it('deflated Sharpe ratio by the variance across trials: purgedcv, jsharpe and holdout-backtest', () => {
    const { returns, ratios, trials, purgedcv, jsharpe_benchmark, holdout_benchmark } = golden.deflated;
    const moments = sharpeMoments(Float64Array.from(returns));
    if (moments === null) throw new Error('no moments');
    const { benchmark, deflated } = deflatedSharpe(moments, trials, ratios);
    for (const expected of [purgedcv.benchmark, jsharpe_benchmark, holdout_benchmark])
      expect(benchmark).to.be.closeTo(expected, 1e-10);
    expect(deflated).to.be.closeTo(purgedcv.deflated, 1e-10);
    // Without the ratios, the variance is that of the estimate.
    expect(deflatedSharpe(moments, trials).benchmark).to.not.be.closeTo(purgedcv.benchmark, 1e-3);
  });

  it('compound annual growth: empyrical by sessions, ffn by calendar days', () => {
    const { returns, calendar_days, ffn, empyrical } = golden.growth;
    const holdings = {
      returns: Float64Array.from(returns),
      bars: new Int32Array(returns.length).fill(1),
    };
    expect(returnFigures(holdings, 252).annualisedReturn).to.be.closeTo(empyrical, 1e-10);
    const perYear = (returns.length * 365.25) / calendar_days;
    expect(returnFigures(holdings, perYear).annualisedReturn).to.be.closeTo(ffn, 1e-10);
  });

  it('adjusted p-values: statsmodels, scipy and holdout-backtest', () => {
    for (const { p, level, rejected, statsmodels, scipy, holdout } of golden.discoveries) {
      const adjusted = adjustedPValues(Float64Array.from(p));
      for (const expected of [statsmodels, scipy, holdout]) close(adjusted, expected, 1e-12);
      expect(adjusted.filter((value) => value <= level)).to.have.length(rejected);
    }
  });
});
