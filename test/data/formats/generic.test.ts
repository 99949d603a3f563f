import { expect } from 'chai';

import { readFile, readSummary } from '../../support/read-bars.js';

describe('the format generic', () => {
  const expected = ['generic', 2, '2023-01-02 10 11 9 10.5 100', '2023-01-03 20 22 19 21 200'];

  it('finds columns by many names', async () => {
    for (const header of [
      'Trade Date,Open Price,High Price,Low Price,Close Price,Total Traded Qty,LTP',
      '<DTYYYYMMDD>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>',
      'time,into,inth,intl,intc,intv,intoi',
      'day,o,h,l,c,v,adj_close',
    ])
      expect(
        await readSummary(`${header}\n2023-01-02,10,11,9,10.5,100,7\n2023-01-03,20,22,19,21,200,7\n`),
        header,
      ).to.deep.equal(expected);
  });

  it('never takes the last price, an adjusted close or a bare price for the close', async () => {
    for (const close of ['LTP', 'Last', 'Adj Close', 'Price'])
      expect(
        await readSummary(`Date,Open,High,Low,${close},Volume\n2023-01-02,10,11,9,10.5,100\n`),
        close,
      ).to.deep.equal([`bad_header f.csv:1 lacks column close (found: ${close})`]);
  });

  it('has rows of other exchanges, of futures and of options, which are left out', async () => {
    const header = 'datetime,exchange_code,expiry_date,strike_price,open,high,low,close,volume\n';
    const share = '2023-01-02,NSE,,,10,11,9,10.5,100\n';
    const others =
      '2023-01-02,BSE,,,20,21,19,20.5,100\n2023-01-02,NSE,2023-01-25,0,20,21,19,20.5,100\n' +
      '2023-01-02,NSE,-,600,20,21,19,20.5,100\n2023-01-03,NFO,,,20,21,19,20.5,100\n';
    const bar = '2023-01-02 10 11 9 10.5 100';
    expect((await readSummary(header + others + share)).slice(1)).to.deep.equal([1, bar, bar]);
    const { tables } = await readFile(header + others);
    expect(tables[0]?.rows).to.deep.include({ otherSegment: 4 });
    expect(tables[0]?.rows.symbols.size).to.equal(0);
  });

  it('has numbered names, and the symbols of services that name the exchange XNSE', async () => {
    const rows = '2023-01-03,20,22,19,21,200\n2023-01-02,10,11,9,10.5,100\n';
    for (const header of [
      'date,1. open,2. high,3. low,4. close,5. volume\n',
      'Date,Open,High,Low,Close,Total Trade Quantity\n',
    ])
      expect((await readSummary(header + rows)).slice(1), header).to.deep.equal(expected.slice(1));
    const named = rows.replaceAll(/\n/g, ',TEST.XNSE,XNSE\n');
    const { tables } = await readFile(`date,open,high,low,close,volume,symbol,exchange\n${named}`);
    expect([...(tables[0]?.rows.symbols.keys() ?? [])]).to.deep.equal(['TEST']);
  });
});
