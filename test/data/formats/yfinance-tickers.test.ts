import { expect } from 'chai';

import { readFile, readSummary } from '../../support/read-bars.js';

describe('the format yfinance-tickers', () => {
  const rows = '2023-01-02,10.5,11,9,10,100\n2023-01-03,21,22,19,20,200\n';
  const expected = ['yfinance-tickers', 2, '2023-01-02 10 11 9 10.5 100', '2023-01-03 20 22 19 21 200'];
  const header = (first: string, second: string, third: string): string =>
    `${first},Close,High,Low,Open,Volume\n${second},TEST.NS,TEST.NS,TEST.NS,TEST.NS,TEST.NS\n${third}`;

  it('has three header lines, which may be without names, or two', async () => {
    expect(await readSummary(header('Price', 'Ticker', 'Date,,,,,\n') + rows)).to.deep.equal(expected);
    expect(await readSummary(header('', '', 'Date,,,,,\n') + rows)).to.deep.equal(expected);
    expect(await readSummary(header('Price', 'Ticker', '') + rows)).to.deep.equal(expected);
  });

  it('may have tickers above fields, and several tickers', async () => {
    const text =
      'Ticker,A&B.NS,A&B.NS,A&B.NS,A&B.NS,A&B.NS,CD.NS,CD.NS,CD.NS,CD.NS,CD.NS\n' +
      'Price,Open,High,Low,Close,Volume,Open,High,Low,Close,Volume\nDatetime,,,,,,,,,,\n' +
      '2023-01-02 03:45:00+00:00,10,11,9,10.5,100,,,,,\n2023-01-02 03:50:00+00:00,20,22,19,21,200,7,8,6,7.5,70\n';
    const { tables } = await readFile(text);
    expect(
      [...(tables[0]?.rows.symbols ?? [])].map(([key, { time }]) => `${key} ${time.length}`),
    ).to.deep.equal(['A_B 2', 'CD 1']);
    const bar = '2023-01-02T09:20:00+05:30 7 8 6 7.5 70';
    const only = await readSummary(text, { wanted: new Set(['CD']), interval: '5minute' });
    expect(only).to.deep.equal(['yfinance-tickers', 1, bar, bar]);
  });

  it('may have the numbers that pandas adds to names that occur twice', async () => {
    const text =
      'Attributes,Close,Close.1,High,High.1,Low,Low.1,Open,Open.1,Volume,Volume.1\n' +
      'Symbols,AB.NS,CD.NS,AB.NS,CD.NS,AB.NS,CD.NS,AB.NS,CD.NS,AB.NS,CD.NS\nDate,,,,,,,,,,\n' +
      '2023-01-02,10.5,7.5,11,8,9,6,10,7,100,70\n';
    const bar = '2023-01-02 7 8 6 7.5 70';
    expect(await readSummary(text, { wanted: new Set(['CD']) })).to.deep.equal([
      'yfinance-tickers',
      1,
      bar,
      bar,
    ]);
    const unnamed = text.replace(/Symbols.*\nDate.*\n/, '').replace('Attributes', 'Date');
    expect((await readSummary(unnamed))[0]).to.equal(
      'bad_header f.csv:1: duplicate column: close, high, low, open, volume',
    );
  });
});
