import { expect } from 'chai';

import { GurukulError } from '../../../data/errors.js';
import type { StressRows } from '../../../data/predictions/stress-rows.js';
import { decodeStressRows, encodeStressRows } from '../../../data/predictions/stress-rows.js';
import { rejection } from '../../support/rejection.js';

const ROWS: StressRows = {
  shock: ['gap', 'gap', 'volatility3', 'symbols_gone'],
  symbol: ['ACC', 'BEL', 'ACC', 'ACC'],
  date: ['2021-03-01', '2021-03-01', '2021-03-01', '2021-03-02'],
  probability: [0, 0.25, 1, 0.5],
  score: [-0.01, 0, 0.02, 0.5],
  label: [0, 1, -1, 1],
  forwardReturn: [-0.1, 0.05, NaN, 0.03],
  baseRate: [0.3, 0.3, 0.3, 0.25],
  entryDate: ['2021-03-02', '2021-03-02', '2021-03-01', '2021-03-03'],
  entryPrice: [101.5, 20, NaN, 99],
  returns: [
    [0.01, -0.02, NaN, 0],
    [0.02, 0.01, NaN, NaN],
    [0.03, 0.01, NaN, NaN],
    [NaN, 0.01, NaN, NaN],
  ],
};

describe('stress_predictions.parquet', () => {
  it('gives back what was written, in equal bytes', async () => {
    const bytes = encodeStressRows(ROWS);
    expect(await decodeStressRows(bytes)).to.deep.equal(ROWS);
    expect(encodeStressRows(ROWS)).to.deep.equal(bytes);
  });

  it('refuses impossible values and another order, naming the row', async () => {
    const wrong: readonly (readonly [Partial<StressRows>, string])[] = [
      [{ probability: [0, 1.5, 1, 0.5] }, 'probability 1.5'],
      [{ probability: [0, NaN, 1, 0.5] }, 'probability NaN'],
      [{ score: [0, Infinity, 0, 0] }, 'score Infinity'],
      [{ label: [0, 2, -1, 1] }, 'label 2'],
      [{ label: [0, -1, -1, 1] }, 'row 1'],
      [{ forwardReturn: [-0.1, NaN, NaN, 0.03] }, 'forward_return NaN'],
      [{ baseRate: [0.3, 3, 0.3, 0.25] }, 'base_rate 3'],
      [{ symbol: ['ACC', 'ACC', 'ACC', 'ACC'] }, 'sorted'],
      [{ shock: ['volatility3', 'gap', 'volatility3', 'gap'] }, 'sorted'],
      [{ date: ['2021-03-01', 'today', '2021-03-01', '2021-03-02'] }, 'today'],
      [{ date: ['2021-03-02', '2021-03-01', '2021-03-01', '2021-03-02'] }, 'sorted'],
      [{ score: [0, 0, 0] }, 'column score'],
      [{ entryPrice: [0, 20, NaN, 99] }, 'entry_price 0'],
      [{ entryDate: ['2021-02-26', '2021-03-02', '2021-03-01', '2021-03-03'] }, 'before its date'],
      [{ entryDate: ['soon', '2021-03-02', '2021-03-01', '2021-03-03'] }, 'soon'],
      [{ returns: ROWS.returns.map((column) => column.map(() => -1)) }, 'return_1 -1'],
      [{ returns: ROWS.returns.slice(1) }, 'column return_20'],
    ];
    for (const [change, text] of wrong)
      expect(() => encodeStressRows({ ...ROWS, ...change }), text).to.throw(text);
    const error = await rejection(decodeStressRows(Uint8Array.of(1, 2, 3)), GurukulError);
    expect(error.message).to.contain('stress predictions');
  });
});
