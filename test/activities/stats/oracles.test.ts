import { readFileSync } from 'node:fs';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import { coreFigures } from '../../../activities/figures/arm.js';
import { prepareArm } from '../figures/prepare-arm.js';
import { areaUnderRoc, orderScores } from '../../../activities/stats/auc.js';
import { expectedCalibrationError, reliability } from '../../../activities/stats/reliability.js';
import { dailyIc, dailyRankIc } from '../../../activities/figures/information-coefficient.js';
import { quantile } from '../../../activities/stats/moments.js';
import { normalCdf, normalQuantile } from '../../../activities/stats/normal.js';
import { atEvenProbability } from '../../../activities/figures/precision-recall.js';
import { deflatedBenchmark, probabilisticSharpe, sharpeMoments } from '../../../activities/stats/sharpe.js';
import type { Predictions } from '../../../data/predictions/prediction.js';
import { isoDate } from '../../../data/time/dates.js';
import { packageRoot } from '../../../data/store/package-root.js';

const figures = z.array(z.number());
const golden = z
  .object({
    rows: z.object({
      dates: z.number(),
      symbols: z.number(),
      probability: figures,
      coarse: figures,
      label: figures,
      forward_return: figures,
    }),
    log_loss: z.number(),
    brier: z.number(),
    auc: z.number(),
    auc_coarse: z.number(),
    auc_weighted: z.number(),
    ic: figures,
    rank_ic: figures,
    rank_ic_coarse: figures,
    calibration: z.object({ observed: figures, predicted: figures, ece: z.number() }),
    precision_at_half: z.number(),
    recall_at_half: z.number(),
    sharpe: z.array(
      z.object({
        returns: figures,
        sharpe: z.number(),
        skew: z.number(),
        kurtosis: z.number(),
        probabilistic: z.record(z.string(), z.number()),
        variance: z.number(),
        deflated: z.record(z.string(), z.number()),
      }),
    ),
    normal: z.object({ z: figures, cdf: figures, p: figures, quantile: figures }),
    quantiles: z.object({ share: figures, of_returns: figures }),
  })
  .parse(
    JSON.parse(readFileSync(path.join(packageRoot, 'test', 'golden', 'statistics', 'figures.json'), 'utf8')),
  );

const rows = golden.rows.probability.length;

function predictionsWith(probability: readonly number[]): Predictions {
  const dateOf = (row: number): number => Math.floor(row / golden.rows.symbols);
  const index = Array.from({ length: rows }, (_, row) => row);
  return {
    symbol: index.map((row) => `S${String(row % golden.rows.symbols).padStart(2, '0')}`),
    date: index.map((row) => isoDate(19_000 + dateOf(row))),
    window: index.map(() => 'W'),
    model: index.map(() => 'teacher'),
    split: index.map(() => 'forward'),
    probability: [...probability],
    score: [...probability],
    label: golden.rows.label,
    forwardReturn: golden.rows.forward_return,
    baseRate: index.map(() => 0.3),
  };
}

function close(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(actual).to.have.lengthOf(expected.length);
  actual.forEach((value, i) => expect(value).to.be.closeTo(expected[i] ?? NaN, tolerance));
}

describe('figures against scikit-learn, scipy and purgedcv', () => {
  const arm = prepareArm(predictionsWith(golden.rows.probability), 'forward', 5);
  const coarse = prepareArm(predictionsWith(golden.rows.coarse), 'forward', 5);

  it('log-loss, Brier score and AUC, with ties and with weighted dates', () => {
    const core = coreFigures(arm);
    expect(core.logLoss).to.be.closeTo(golden.log_loss, 1e-13);
    expect(core.brier).to.be.closeTo(golden.brier, 1e-13);
    expect(core.auc).to.be.closeTo(golden.auc, 1e-13);
    expect(coreFigures(coarse).auc).to.be.closeTo(golden.auc_coarse, 1e-13);
    const thirds = Int32Array.from({ length: golden.rows.dates }, (_, date) => date % 3);
    expect(coreFigures(coarse, thirds).auc).to.be.closeTo(golden.auc_weighted, 1e-13);
  });

  it('daily IC and rank IC', () => {
    const values = (days: readonly { value: number }[]): number[] => days.map((day) => day.value);
    close(values(dailyIc(arm.sections)), golden.ic, 1e-12);
    close(values(dailyRankIc(arm.sections)), golden.rank_ic, 1e-12);
    close(values(dailyRankIc(coarse.sections)), golden.rank_ic_coarse, 1e-12);
  });

  it('calibration by bins of equal count', () => {
    const bins = reliability(arm.order, arm.sample.probability, arm.sample.label);
    close(
      bins.map((bin) => bin.observedRate),
      golden.calibration.observed,
      1e-12,
    );
    close(
      bins.map((bin) => bin.meanProbability),
      golden.calibration.predicted,
      1e-12,
    );
    expect(expectedCalibrationError(bins)).to.be.closeTo(golden.calibration.ece, 1e-12);
  });

  it('precision and recall', () => {
    const cut = atEvenProbability(arm.sample);
    expect(cut.precision).to.be.closeTo(golden.precision_at_half, 1e-13);
    expect(cut.recall).to.be.closeTo(golden.recall_at_half, 1e-13);
  });

  it('probabilistic and deflated Sharpe ratio', () => {
    for (const sample of golden.sharpe) {
      const moments = sharpeMoments(Float64Array.from(sample.returns));
      if (moments === null) throw new Error('no moments');
      expect(moments.sharpe).to.be.closeTo(sample.sharpe, 1e-13);
      expect(moments.skew).to.be.closeTo(sample.skew, 1e-11);
      expect(moments.kurtosis).to.be.closeTo(sample.kurtosis, 1e-11);
      for (const [benchmark, expected] of Object.entries(sample.probabilistic))
        expect(probabilisticSharpe(moments, Number(benchmark))).to.be.closeTo(expected, 1e-12);
      for (const [trials, expected] of Object.entries(sample.deflated))
        expect(
          probabilisticSharpe(moments, deflatedBenchmark(Number(trials), sample.variance)),
        ).to.be.closeTo(expected, 1e-12);
    }
    expect(deflatedBenchmark(1, 0.5)).to.equal(0);
  });

  it('normal distribution and quantiles', () => {
    golden.normal.z.forEach((value, i) => {
      const expected = golden.normal.cdf[i] ?? NaN;
      expect(normalCdf(value)).to.be.closeTo(expected, 1e-12 * Math.max(expected, 1e-3));
    });
    close(golden.normal.p.map(normalQuantile), golden.normal.quantile, 1e-9);
    const sorted = Float64Array.from(golden.sharpe[0]?.returns ?? []).sort();
    close(
      golden.quantiles.share.map((share) => quantile(sorted, share)),
      golden.quantiles.of_returns,
      1e-15,
    );
  });

  it('gives no AUC when one label is absent', () => {
    const order = orderScores(Float64Array.of(0.1, 0.4));
    expect(areaUnderRoc(order, Uint8Array.of(1, 1))).to.equal(null);
    expect(areaUnderRoc(orderScores(new Float64Array(0)), new Uint8Array(0))).to.equal(null);
  });
});
