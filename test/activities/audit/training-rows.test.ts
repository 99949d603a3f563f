import { expect } from 'chai';

import type { TrainingRow } from '../../../activities/audit/training-rows.js';
import { digestTrainingRows } from '../../../activities/audit/training-rows.js';
import { sha256 } from '../../../data/store/digests.js';
import { syntheticTable } from '../model/synthetic-table.js';

describe('the digest of training rows', () => {
  const table = syntheticTable({ symbols: 2, bars: 40 });
  const [early, late] = table.symbols;
  const rows: readonly TrainingRow[] = [
    { symbol: 1, row: 0, weights: [1, 0.5] },
    { symbol: 0, row: 31, weights: [Math.fround(0.2), 1] },
    { symbol: 0, row: 2, weights: [1e-7, 1] },
  ];

  it('is that of a line for each row, by symbol and time', () => {
    const lines = [
      `${early?.symbol},2020-01-03,${early?.label[2]},1e-7,1`,
      `${early?.symbol},2020-02-01,${early?.label[31]},0.20000000298023224,1`,
      `${late?.symbol},2020-01-01,${late?.label[0]},1,0.5`,
    ];
    const expected = {
      ...{ count: 3, first: '2020-01-01', last: '2020-02-01' },
      sha256: sha256(`${lines.join('\n')}\n`),
    };
    expect(digestTrainingRows(table, rows, '1day')).to.deep.equal(expected);
    expect(digestTrainingRows(table, rows.toReversed(), '1day')).to.deep.equal(expected);
  });

  it('is another one with another row, label or weight', () => {
    const flipped = {
      symbols: table.symbols.map((own) => ({ ...own, label: own.label.map((label) => 1 - label) })),
    };
    const digests = [
      digestTrainingRows(table, rows, '1day'),
      digestTrainingRows(table, rows.slice(1), '1day'),
      digestTrainingRows(flipped, rows, '1day'),
      digestTrainingRows(
        table,
        rows.map((row) => ({ ...row, weights: [1] })),
        '1day',
      ),
    ].map((one) => one.sha256);
    expect(new Set(digests).size).to.equal(digests.length);
  });

  it('is that of nothing without a row', () => {
    expect(digestTrainingRows(table, [], '1day')).to.deep.equal({
      ...{ count: 0, first: null, last: null },
      sha256: sha256(''),
    });
  });
});
