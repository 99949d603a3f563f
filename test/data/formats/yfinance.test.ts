import { expect } from 'chai';

import { readBars, readSummary } from '../../support/read-bars.js';

describe('the format yfinance', () => {
  const expected = ['yfinance', 2, '2023-01-02 10 11 9 10.5 100', '2023-01-03 20 22 19 21 200'];

  it('has a close that is not adjusted for dividends, beside one that is', async () => {
    const text =
      'Date,Open,High,Low,Close,Adj Close,Volume\n2023-01-02,10,11,9,10.5,9.5,100\n2023-01-03,20,22,19,21,19.5,200\n';
    expect(await readSummary(text)).to.deep.equal(expected);
  });

  it('has dividends and splits if a share was asked for its history', async () => {
    const text =
      'Date,Open,High,Low,Close,Volume,Dividends,Stock Splits\n2023-01-02 00:00:00+05:30,10,11,9,10.5,100,0.0,0.0\n2023-01-03 00:00:00+05:30,20,22,19,21,200,0.0,0.0\n';
    expect(await readSummary(text)).to.deep.equal(expected);
  });

  it('may have rows of tickers, of NaN, without a close, and without anything', async () => {
    const text =
      'Date,Adj Close,Close,High,Low,Open,Volume\n,TEST.NS,TEST.NS,TEST.NS,TEST.NS,TEST.NS,TEST.NS\n2023-01-02,9.5,10.5,11,9,10,100\n' +
      '2023-01-03,19,21,22,19,20,200\n2023-01-04,NaN,NaN,NaN,NaN,NaN,0\n,,,,,,\n2023-01-05,,,22,19,20,200\n';
    expect(await readSummary(text)).to.deep.equal(expected);
    expect((await readBars(text)).findings).to.deep.equal([
      {
        severity: 'info',
        code: 'blank_rows',
        message: 'TEST: 3 row(s) without a bar are left out: f.csv:2, f.csv:5, f.csv:7',
      },
    ]);
  });
});
