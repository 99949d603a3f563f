import { expect } from 'chai';

import { readSummary } from '../../support/read-bars.js';

describe('the format kite', () => {
  it('is stamped with +05:30 or +0530, and may have the open interest', async () => {
    const text =
      'date,open,high,low,close,volume,oi\n2023-01-02 09:15:00+05:30,10,11,9,10.5,100,0\n2023-01-02T09:20:00+0530,20,22,19,21,200,0\n';
    expect(await readSummary(text, { interval: '5minute' })).to.deep.equal([
      'kite',
      2,
      '2023-01-02T09:15:00+05:30 10 11 9 10.5 100',
      '2023-01-02T09:20:00+05:30 20 22 19 21 200',
    ]);
  });
});
