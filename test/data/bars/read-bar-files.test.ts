import { expect } from 'chai';

import { findingCount } from '../../../data/bars/findings.js';
import { readBarFiles } from '../../../data/bars/read-bar-files.js';

const HEADER = 'timestamp,open,high,low,close,volume';
const ROW = '2022-01-03,10,11,9,10.5,100';

const read = (text: string, symbol = 'TCS'): ReturnType<typeof readBarFiles> =>
  readBarFiles([{ name: 'f.csv', text }], symbol, '1day');

describe('reading bar files', () => {
  it('accepts a byte-order mark, CRLF, blank lines, any order of columns, and further columns', () => {
    const { series, findings, place } = read(
      '\uFEFFVolume, Close ,open,HIGH,low,date,delivery\r\n100,10.5,10,11,9,2022-01-03,x\r\n\r\n200,11,10,12,9,2022-01-04,\r\n\r\n\r\n',
    );
    expect(findings).to.deep.equal([]);
    expect([...(series?.close ?? [])]).to.deep.equal([10.5, 11]);
    expect([...(series?.volume ?? [])]).to.deep.equal([100, 200]);
    expect([place(0), place(1)]).to.deep.equal(['f.csv:2', 'f.csv:4']);
  });

  it('joins files in order, and knows file and line of each bar', () => {
    const { series, place } = readBarFiles(
      [
        { name: 'a.csv', text: `${HEADER}\n${ROW}\n` },
        { name: 'b.csv', text: `${HEADER}\n` },
        { name: 'c.csv', text: `${HEADER}\n2022-01-04,10,11,9,10,1\n2022-01-05,10,11,9,10,1` },
      ],
      'TCS',
      '1day',
    );
    expect(series?.time).to.have.length(3);
    expect([0, 1, 2].map(place)).to.deep.equal(['a.csv:2', 'c.csv:2', 'c.csv:3']);
  });

  const wrong: readonly (readonly [string, string, string, RegExp])[] = [
    ['an empty file', '', 'empty_file', /^f\.csv: is empty/],
    [
      'a file without a header',
      `${ROW}\n`,
      'bad_header',
      /^f\.csv:1 has no header timestamp,.*found 2022-01-03,10/,
    ],
    ['a missing column', 'timestamp,open,high,low,close\n', 'bad_header', /^f\.csv:1 lacks column volume$/],
    [
      'a column of another name',
      'date,open,high,low,last,volume\n',
      'bad_header',
      /^f\.csv:1 lacks column close \(found: last\)$/,
    ],
    ['another delimiter', 'timestamp;open;high;low;close;volume\n', 'bad_header', /found timestamp;open/],
    ['a duplicate column', `${HEADER},close\n`, 'bad_header', /^f\.csv:1: duplicate column: close$/],
    ['a repeated header', `${HEADER}\n${ROW}\n${HEADER}\n`, 'repeated_header', /^f\.csv:3: .*joined/],
    [
      'a short row',
      `${HEADER}\n${ROW}\n2022-01-04,1,2\n`,
      'bad_row',
      /^f\.csv:3: has 3 cells, but the header has 6/,
    ],
    ['an empty cell', `${HEADER}\n2022-01-03,10,11,,10.5,100\n`, 'bad_row', /^f\.csv:2: low is empty/],
    [
      'a word for a number',
      `${HEADER}\n2022-01-03,10,11,9,null,100\n`,
      'bad_row',
      /close is null, not a number/,
    ],
    [
      'a thousands separator',
      `${HEADER}\n2022-01-03,10,11,9,"1,000.5",100\n`,
      'bad_row',
      /close is 1,000\.5/,
    ],
    [
      'another time zone',
      `${HEADER}\n2022-01-03T03:45:00Z,10,11,9,10,100\n`,
      'other_timezone',
      /^f\.csv:2: .*zone Z/,
    ],
    [
      'another date format',
      `${HEADER}\n03-Jan-2022,10,11,9,10,100\n`,
      'bad_timestamp',
      /^f\.csv:2: 03-Jan-2022/,
    ],
    [
      'another symbol',
      `symbol,${HEADER}\nINFY,${ROW}\n`,
      'wrong_symbol',
      /^f\.csv:2: has a bar of INFY in the file of TCS\. Are several symbols in one file\?/,
    ],
  ];
  for (const [what, text, code, message] of wrong)
    it(`refuses ${what}, and names the line`, () => {
      const { series, findings } = read(text);
      expect(series).to.equal(null);
      expect(findings).to.have.length(1);
      expect(findings[0]).to.include({ severity: 'error', code });
      expect(findings[0]?.message).to.match(message);
    });

  it('warns about a header without bars, and reports many equal errors in six lines', () => {
    expect(read(`${HEADER}\n`).findings).to.deep.include({
      severity: 'warning',
      code: 'no_rows',
      message: 'f.csv: has a header but no bars',
    });
    const flood = read(`${HEADER}\n${'2022-01-03,a,b,c,d,e\n'.repeat(300)}`);
    expect(flood.findings).to.have.length(6);
    expect(flood.findings.at(-1)?.message).to.equal('295 more of the same kind');
    expect(flood.findings.reduce((sum, { message }) => sum + findingCount(message), 0)).to.equal(300);
    expect(findingCount('12 more like it'), 'as earlier versions wrote it').to.equal(12);
  });
});
