import { expect } from 'chai';

import { readSummary } from '../../support/read-bars.js';

describe('the format tradingview', () => {
  it('has Unix seconds or ISO times, and columns of indicators', async () => {
    const seconds =
      'time,open,high,low,close,Volume,RSI\n1672631100,10,11,9,10.5,100,NaN\n1672717500,20,22,19,21,200,55.1\n';
    const iso =
      'time,open,high,low,close,Volume\n2023-01-02T09:15:00+05:30,10,11,9,10.5,100\n2023-01-03T09:15:00+05:30,20,22,19,21,200\n';
    for (const text of [seconds, iso])
      expect(await readSummary(text)).to.deep.equal([
        'tradingview',
        2,
        '2023-01-02 10 11 9 10.5 100',
        '2023-01-03 20 22 19 21 200',
      ]);
  });
});
