import { expect } from 'chai';
import fc from 'fast-check';

import type { WindowChoice } from '../../../../client/dashboard/contract/training.js';
import { logLossSoFar } from '../../../../client/dashboard/figures/log-loss-so-far.js';
import { validationCurves } from '../../../../client/dashboard/figures/validation-curve.js';
import { wilsonInterval, windowBins } from '../../../../client/dashboard/figures/window-calibration.js';
import {
  validationCurveChart,
  windowCalibrationChart,
} from '../../../../client/dashboard/figures/window-charts.js';
import { baseRateLogLoss } from '../../../../client/dashboard/server/training/base-rate-log-loss.js';

const probability = fc.oneof(fc.constantFrom(0.2, 0.5), fc.double({ min: 0.01, max: 0.99, noNaN: true }));
const rows = fc.array(fc.record({ probability, label: fc.constantFrom(0, 1) }), { maxLength: 160 });

describe('the calibration of a window', () => {
  it('has the interval of a share that its score test gives', () => {
    for (const [ones, of, low, high] of [
      [5, 10, 0.236593, 0.763407],
      [0, 10, 0, 0.277533],
      [10, 10, 0.722467, 1],
      [30, 120, 0.181098, 0.334411],
    ] as const) {
      const interval = wilsonInterval(ones, of);
      expect(interval[0], `${ones} of ${of}`).to.be.closeTo(low, 1e-6);
      expect(interval[1], `${ones} of ${of}`).to.be.closeTo(high, 1e-6);
    }
  });

  it('has 5 bins of equal count, and fewer of at least 10 rows where rows are few', () => {
    const bins = (count: number): number[] =>
      windowBins(Array.from({ length: count }, (_, n) => ({ probability: n / 1_000, label: n % 2 }))).map(
        (bin) => bin.rows,
      );
    expect(bins(0)).to.deep.equal([]);
    expect(bins(5)).to.deep.equal([5]);
    expect(bins(39)).to.deep.equal([13, 13, 13]);
    expect(bins(50)).to.deep.equal([10, 10, 10, 10, 10]);
    expect(bins(122)).to.deep.equal([24, 25, 24, 25, 24]);
  });

  it('parts its rows into bins that do not overlap, and each interval has its share', () => {
    fc.assert(
      fc.property(rows, (some) => {
        const bins = windowBins(some);
        expect(bins.length).to.be.at.most(5);
        expect(bins.reduce((sum, bin) => sum + bin.rows, 0)).to.equal(some.length);
        for (const [at, { rows: count, low, high, meanProbability, share, interval }] of bins.entries()) {
          const inside = some.filter((row) => row.probability >= low && row.probability <= high);
          expect(inside).to.have.length(count);
          expect(share * count).to.be.closeTo(inside.filter(({ label }) => label === 1).length, 1e-9);
          expect(meanProbability).to.be.within(low - 1e-12, high + 1e-12);
          expect(share).to.be.within(interval[0], interval[1]);
          expect(interval[0]).to.be.within(0, interval[1]);
          expect(interval[1]).to.be.at.most(1);
          expect(low).to.be.greaterThan(bins[at - 1]?.high ?? -1);
        }
        const { x, y, marks } = windowCalibrationChart(bins);
        for (const mark of marks)
          if (mark.kind === 'line')
            for (const [px, py] of mark.points) {
              expect(px).to.be.within(...x.domain);
              expect(py).to.be.within(...y.domain);
            }
      }),
    );
  });
});

describe('the log-loss over the forward rows so far', () => {
  it('passes over rows without a label, and has none of a base rate that rules a label out', () => {
    const row = (
      date: string,
      of: number,
      label: number | null,
    ): Parameters<typeof logLossSoFar>[0][number] => ({
      ...{ date, probability: of, label },
    });
    const forward = [row('2024-01-01', 0.5, 1), row('2024-01-02', 0.9, null), row('2024-01-03', 0.25, 0)];
    const { dates, teacher, baseRate } = logLossSoFar(forward, 0.2);
    expect(dates).to.deep.equal(['2024-01-01', '2024-01-03']);
    expect(teacher[0]).to.be.closeTo(Math.log(2), 1e-12);
    expect(teacher[1]).to.be.closeTo((Math.log(2) - Math.log(0.75)) / 2, 1e-12);
    expect(baseRate[1]).to.be.closeTo(-(Math.log(0.2) + Math.log(0.8)) / 2, 1e-12);
    for (const rate of [0, 1, null]) expect(logLossSoFar(forward, rate).baseRate).to.deep.equal([null, null]);
    expect(logLossSoFar([], 0.2)).to.deep.equal({ dates: [], teacher: [], baseRate: [] });
  });

  it('ends with the mean over all rows', () => {
    fc.assert(
      fc.property(
        rows.filter(({ length }) => length > 0),
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        (some, rate) => {
          const { teacher, baseRate } = logLossSoFar(
            some.map((row, n) => ({ date: String(n), ...row })),
            rate,
          );
          const mean =
            -some.reduce(
              (sum, row) => sum + Math.log(row.label === 1 ? row.probability : 1 - row.probability),
              0,
            ) / some.length;
          expect(teacher.at(-1)).to.be.closeTo(mean, 1e-9);
          const base = baseRateLogLoss(
            rate,
            some.map(({ label }) => label),
          );
          expect(baseRate.at(-1)).to.be.closeTo(base ?? NaN, 1e-9);
        },
      ),
    );
  });
});

describe('validation curves', () => {
  const grid = (['off', 500] as const).flatMap((halfLife) =>
    (['off', 3000, 1000] as const).map((ridge, at) => ({
      config: { halfLife, ridge, blend: '1+5' },
      figure: at === 1 && halfLife === 500 ? null : at + (halfLife === 500 ? 10 : 0),
    })),
  );
  const choice: WindowChoice = { what: 'scale', rule: 'best', rows: 9, grid, chosen: 5, standard: 0 };

  it('go through what was chosen, one for each number', () => {
    expect(validationCurves(choice)).to.deep.equal([
      {
        ...{ setting: 'halfLife', others: { ridge: 1000, blend: '1+5' }, chosen: 1, standard: null },
        ...{ values: ['off', 500], figures: [2, 12] },
      },
      {
        ...{ setting: 'ridge', others: { halfLife: 500, blend: '1+5' }, chosen: 2, standard: null },
        ...{ values: ['off', 3000, 1000], figures: [10, null, 12] },
      },
    ]);
    expect(validationCurves({ ...choice, chosen: 2 }).map(({ standard }) => standard)).to.deep.equal([
      null,
      0,
    ]);
  });

  it('are none over texts, and none of one value', () => {
    const one = { config: { trees: 0 }, figure: null };
    expect(validationCurves({ ...choice, grid: [one], chosen: 0 })).to.deep.equal([]);
    const texts = ['a', 'b'].map((reward) => ({ config: { reward }, figure: 1 }));
    expect(validationCurves({ ...choice, grid: texts, chosen: 0 })).to.deep.equal([]);
  });

  it('mark what was chosen and the default, and draw nothing without figures', () => {
    const [curve] = validationCurves({ ...choice, chosen: 1, standard: 4 });
    if (curve === undefined) throw new Error('no curve');
    expect(validationCurveChart(curve).legend.map(({ label }) => label)).to.deep.equal([
      'validation figure',
      'chosen',
      'default',
    ]);
    expect(validationCurveChart(curve).marks).to.have.length(3);
    const unknown = validationCurveChart({ ...curve, figures: [null, null] });
    expect(unknown.marks.every((mark) => mark.kind === 'line' && mark.points.length === 0)).to.equal(true);
  });
});
