import { expect } from 'chai';

import { readBars, readSummary } from '../../support/read-bars.js';

describe('the format plain', () => {
  const FIRST = '2022-01-03 10 11 9 10.5 100';
  const clock = (minutes: number): string =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
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

  it('may have an index that is called so, and dates that a spreadsheet keeps as text', async () => {
    for (const name of ['index', 'Unnamed: 0', '""']) {
      const header = `${name},open,high,low,close,volume\n`;
      const rows = '2022-01-03,10,11,9,10.5,100\n2022-01-04,20,22,19,21,200\n';
      expect(await readSummary(header + rows), name).to.deep.equal(['plain', 2, FIRST, LAST]);
    }
    const rows = '="2022-01-03",10,11,9,10.5,100\n\'2022-01-04,20,22,19,21,200\n';
    expect(await readSummary(`date,open,high,low,close,volume\n${rows}`)).to.deep.equal([
      'plain',
      2,
      FIRST,
      LAST,
    ]);
  });

  it('may end with sums and notes, which are left out', async () => {
    const text =
      'date,open,high,low,close,volume\n3rd Jan 2022,10,11,9,10.5,100\n4th Jan 2022,20,22,19,21,200\n' +
      'Average,15,16.5,14,15.75,150\nGrand Total,,,,,300\nCopyright A, all rights reserved\n';
    expect(await readSummary(text)).to.deep.equal(['plain', 2, FIRST, LAST]);
    expect((await readBars(text)).findings.map(({ code, message }) => `${code} ${message}`)).to.deep.equal([
      'blank_rows TEST: 3 row(s) without a bar are left out: f.csv:4, f.csv:5, f.csv:6',
    ]);
  });

  it('may be stamped with the last second of each bar, which is its end', async () => {
    const rows = Array.from(
      { length: 75 },
      (_, bar) => `2022-01-03 ${clock(560 + 5 * bar - 1)}:59,10,11,9,10.5,100\n`,
    );
    const text = `date,open,high,low,close,volume\n${rows.join('')}`;
    expect(await readSummary(text, { interval: '5minute', stamps: 'end' })).to.deep.equal([
      'plain',
      75,
      '2022-01-03T09:15:00+05:30 10 11 9 10.5 100',
      '2022-01-03T15:25:00+05:30 10 11 9 10.5 100',
    ]);
    const unsaid = await readBars(text, { interval: '5minute' });
    expect(unsaid.findings.map(({ code }) => code)).to.deep.equal(['end_stamps']);
    const other = await readBars(text.replace('09:19:59', '09:19:58'), {
      interval: '5minute',
      stamps: 'end',
    });
    expect(other.findings.map(({ code }) => code)).to.deep.equal(['bad_timestamp']);
  });

  it('may have rows of zeros alone, which are no bars', async () => {
    const rows = '2022-01-03,10,11,9,10.5,100\n2022-01-04,0,0.0,0,0,0\n2022-01-05,20,22,19,21,200\n';
    const { series, findings } = await readBars(`date,open,high,low,close,volume\n${rows}`);
    expect(findings.map(({ code }) => code)).to.deep.equal(['incomplete_rows']);
    expect(series).to.equal(null);
    const many = Array.from({ length: 150 }, (_, at) => {
      const date = new Date(Date.UTC(2022, 0, 6 + at)).toISOString().slice(0, 10);
      return `${date},20,22,19,21,200\n`;
    });
    const read = await readBars(`date,open,high,low,close,volume\n${rows}${many.join('')}`);
    expect(read.findings.map(({ severity, code }) => `${severity} ${code}`)).to.deep.equal([
      'warning incomplete_rows',
    ]);
    expect(read.series?.time.length).to.equal(152);
  });
});
