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

  it('may be copied from the page, with dividends between the rows', async () => {
    const text =
      'Date\tOpen\tHigh\tLow\tClose \tAdj Close \tVolume\nJan 3, 2023\t20.00\t22.00\t19.00\t21.00\t19.5\t200\n' +
      'Jan 3, 2023\t1.3 Dividend\nJan 2, 2023\t10\t11\t9\t10.5\t9.5\t100\n';
    expect(await readSummary(text)).to.deep.equal(expected);
    const cut = await readBars(text.replace('1.3 Dividend', '1.3'));
    expect(cut.findings.map(({ code }) => code)).to.deep.equal(['bad_row']);
  });

  it('may have the price of the session that goes on below its bars', async () => {
    const text =
      'Date,Open,High,Low,Close,Adj Close,Volume\n2023-01-02,10,11,9,10.5,9.5,100\n2023-01-03,20,22,19,21,19.5,200\n';
    for (const time of ['12:31:07', '12:31:00', '15:29:58']) {
      const live = `${text}2023-01-03 ${time}+05:30,20,22,19,20.5,20.5,150\n`;
      expect(await readSummary(live)).to.deep.equal(expected);
      expect((await readBars(live)).findings).to.deep.equal([
        {
          severity: 'warning',
          code: 'live_price',
          message: 'f.csv:4: is a price within the session of 2023-01-03, not a daily bar: left out',
        },
      ]);
    }
    const older = await readBars(`${text}2023-01-02 12:31:07+05:30,20,22,19,20.5,20.5,150\n`);
    expect(older.findings.map(({ code }) => code)).to.deep.equal(['bad_timestamp']);
  });
});
