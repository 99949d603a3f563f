import { expect } from 'chai';
import { gzipSync, zipSync } from 'fflate';

import { readBars, readFile, readSummary } from '../../support/read-bars.js';

const HEADER =
  'SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,TOTTRDQTY,TOTTRDVAL,TIMESTAMP,TOTALTRADES,ISIN,\n';
const row = (symbol: string, series: string, close: number): string =>
  `${symbol},${series},100,105,99,${close},104.5,98,1000,104000,02-JAN-2023,500,INE000A01000,\n`;

describe('the format bhavcopy', () => {
  const text = HEADER + row('20MICRONS', 'EQ', 101) + row('TEST', 'EQ', 102) + row('TEST', 'N1', 103);

  it('has all symbols of a day, of which the wanted ones are kept', async () => {
    const wanted = new Set(['TEST']);
    expect(await readSummary(text, { wanted })).to.deep.equal([
      'bhavcopy',
      1,
      '2023-01-02 100 105 99 102 1000',
      '2023-01-02 100 105 99 102 1000',
    ]);
    const { tables } = await readFile(text, { wanted });
    expect([...(tables[0]?.rows.symbols.keys() ?? [])]).to.deep.equal(['TEST']);
    expect(tables[0]?.rows.unwanted).to.equal(1);
  });

  it('is read from ZIP files of one day or of many', async () => {
    const zip = zipSync({
      'cm02JAN2023bhav.csv': Buffer.from(text),
      'cm03JAN2023bhav.csv': Buffer.from(text.replaceAll('02-JAN', '03-JAN')),
    });
    const { series, place } = await readBars({ 'jan.zip': zip }, { wanted: new Set(['TEST']) });
    expect([...(series?.close ?? [])]).to.deep.equal([102, 102]);
    expect(place(1)).to.equal('jan.zip/cm03JAN2023bhav.csv:3');
  });

  it('has no column of trades and ISIN before 2011', async () => {
    const old =
      'SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,TOTTRDQTY,TOTTRDVAL,TIMESTAMP,\nTEST,EQ,10,12,9,11,11,10,100,1100,1-JAN-2009,\n';
    expect(await readSummary(old)).to.deep.equal([
      'bhavcopy',
      1,
      '2009-01-01 10 12 9 11 100',
      '2009-01-01 10 12 9 11 100',
    ]);
  });

  it('is read from the ZIP files inside of a ZIP file, as the NSE sends several days', async () => {
    const zip = zipSync({
      'README.txt': Buffer.from('Bhavcopies of January\n'),
      'cm02JAN2023bhav.csv.zip': zipSync({ 'cm02JAN2023bhav.csv': Buffer.from(text) }),
      'cm04JAN2023bhav.csv.gz': gzipSync(Buffer.from(text.replaceAll('02-JAN', '04-JAN'))),
      'cm03JAN2023bhav.csv.zip': zipSync({
        'cm03JAN2023bhav.csv': Buffer.from(text.replaceAll('02-JAN', '03-JAN')),
      }),
    });
    const { series, findings, place } = await readBars({ 'all.zip': zip }, { wanted: new Set(['TEST']) });
    expect([...(series?.close ?? [])]).to.deep.equal([102, 102, 102]);
    expect(findings.filter(({ severity }) => severity === 'error')).to.deep.equal([]);
    expect(place(1)).to.equal('all.zip/cm03JAN2023bhav.csv.zip/cm03JAN2023bhav.csv:3');
  });
});
