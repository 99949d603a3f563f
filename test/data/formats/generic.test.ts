import { expect } from 'chai';

import { readSummary } from '../../support/read-bars.js';

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
});
