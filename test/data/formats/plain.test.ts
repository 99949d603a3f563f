import { expect } from 'chai';

import { readSummary } from '../../support/read-bars.js';

describe('the format plain', () => {
  const FIRST = '2022-01-03 10 11 9 10.5 100';
  const LAST = '2022-01-04 20 22 19 21 200';

  it('has columns in any order and case, blank lines, and columns that are ignored', async () => {
    const text =
      '\uFEFFVolume, Close ,open,HIGH,low,date,delivery\r\n100,10.5,10,11,9,2022-01-03,x\r\n\r\n200,21,20,22,19,2022-01-04,\r\n';
    expect(await readSummary(text)).to.deep.equal(['plain', 2, FIRST, LAST]);
  });

  it('may begin with lines that are no header, and have an index without a name', async () => {
    const text =
      'Bars of TEST\nas of yesterday\n\n,timestamp,open,high,low,close,volume\n0,2022-01-03,10,11,9,10.5,100\n1,2022-01-04,20,22,19,21,200\n';
    expect(await readSummary(text)).to.deep.equal(['plain', 2, FIRST, LAST]);
  });

  it('has times within the day for 5-minute bars, in one column or two', async () => {
    const one = 'timestamp,open,high,low,close,volume\n2022-01-03T09:15:00+05:30,10,11,9,10.5,100\n';
    const two = 'date,time,open,high,low,close,volume\n03-Jan-2022,09:15,10,11,9,10.5,100\n';
    const bar = '2022-01-03T09:15:00+05:30 10 11 9 10.5 100';
    for (const text of [one, two])
      expect(await readSummary(text, { interval: '5minute' })).to.deep.equal(['plain', 1, bar, bar]);
  });
});
