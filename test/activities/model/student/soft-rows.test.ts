import { expect } from 'chai';

import { softRows, weightsBySpread } from '../../../../activities/model/student/soft-rows.js';
import { logit } from '../../../../activities/stats/logistic.js';
import { GurukulError } from '../../../../data/errors.js';
import type { Predictions } from '../../../../data/predictions/prediction.js';
import { MINUTES_PER_DAY, dayNumber, isoDate } from '../../../../data/time/dates.js';
import { syntheticTable } from '../synthetic-table.js';

const END = dayNumber('2020-06-01') * MINUTES_PER_DAY;

function predicted(rows: readonly (readonly [string, string, number, number])[]): Predictions {
  return {
    symbol: rows.map(([symbol]) => symbol),
    date: rows.map(([, date]) => date),
    window: rows.map(([symbol]) => `${symbol}_2020-01-01_to_2020-06-01`),
    model: rows.map(() => 'teacher'),
    split: rows.map(() => 'out_of_fold'),
    probability: rows.map(([, , probability]) => probability),
    score: rows.map(([, , , score]) => score),
    label: rows.map(() => 0),
    forwardReturn: rows.map(() => 0),
    baseRate: rows.map(() => 0.3),
  };
}

describe('soft rows', () => {
  const table = syntheticTable({ symbols: 6, bars: 300 });

  it('are the mean of what several teachers say, row by row, and leave out what comes later', () => {
    const {
      symbol,
      row,
      logit: logits,
      score,
    } = softRows(
      table,
      [
        predicted([
          ['S001', '2020-03-01', 0.2, 0.01],
          ['S000', '2020-03-01', 0.5, 0.02],
          ['S000', '2020-06-01', 0.9, 0.9],
        ]),
        predicted([['S001', '2020-03-01', 0.4, 0.03]]),
      ],
      END,
      '1day',
    );
    expect([...symbol]).to.deep.equal([0, 1]);
    expect([...row]).to.deep.equal([60, 60]);
    expect(logits[0]).to.be.closeTo(0, 1e-6);
    expect(logits[1]).to.be.closeTo((logit(0.2) + logit(0.4)) / 2, 1e-6);
    expect(score[0]).to.be.closeTo(0.02, 1e-8);
    expect(score[1]).to.be.closeTo(0.02, 1e-8);
  });

  it('weigh half as much sixty sessions before the newest, whatever their teachers agree about', () => {
    const said = (day: string): readonly [string, string, number, number] => ['S002', day, 0.3, 0.01];
    const days = [
      '2020-02-01',
      ...Array.from({ length: 60 }, (_, at) => isoDate(dayNumber('2020-03-01') + at)),
    ];
    const { logitWeight, scoreWeight } = softRows(table, [predicted(days.map(said))], END, '1day');
    for (const weights of [logitWeight, scoreWeight]) {
      expect((weights[0] ?? NaN) / (weights.at(-1) ?? NaN)).to.be.closeTo(0.5, 1e-6);
      expect((weights[1] ?? NaN) / (weights[0] ?? NaN)).to.be.closeTo(2 ** (1 / 60), 1e-6);
      expect(weights.reduce((sum, weight) => sum + weight, 0) / weights.length).to.be.closeTo(1, 1e-6);
    }
  });

  it('have no score where there is nothing to rank', () => {
    const few = syntheticTable({ symbols: 4, bars: 300 });
    const { score } = softRows(few, [predicted([['S001', '2020-03-01', 0.2, -1.4]])], END, '1day');
    expect(score[0]).to.be.NaN;
  });

  it('refuse predictions of other bars', () => {
    const other = predicted([['S001', '2019-03-01', 0.2, 0]]);
    expect(() => softRows(table, [other], END, '1day')).to.throw(GurukulError, 'S001');
    const unknown = predicted([['XYZ', '2020-03-01', 0.2, 0]]);
    expect(() => softRows(table, [unknown], END, '1day')).to.throw(GurukulError, 'XYZ');
  });

  it('weigh less the further their teachers lie apart, and one teacher as the median spread', () => {
    const weights = weightsBySpread(Float64Array.of(0.1, 0.2, 0.4, NaN));
    expect(weights[0]).to.be.above(weights[1] ?? NaN);
    expect(weights[1]).to.be.above(weights[2] ?? NaN);
    expect(weights[3]).to.equal(weights[1]);
    expect(weights.reduce((sum, weight) => sum + weight, 0) / 4).to.be.closeTo(1, 1e-6);
    expect([...weightsBySpread(Float64Array.of(NaN, NaN))]).to.deep.equal([1, 1]);
  });
});
