import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import { zipSync } from 'fflate';

import { openCsvSource } from '../../../data/sources/csv-source.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { loadAliases } from '../../../data/symbols/symbol-aliases.js';
import { loadUniverse } from '../../../data/universe/universe.js';
import { barText, readBars } from '../../support/read-bars.js';

/** Files that random bars in random forms have shown to be misread; each is the smallest of its kind. */
describe('bar files that were misread once', () => {
  const first = ({ series, findings }: Awaited<ReturnType<typeof readBars>>): string =>
    series === null ? JSON.stringify(findings) : barText(series, 0);

  it("AmiBroker's $FORMAT line is not the header of another format, whose prices are scaled", async () => {
    const daily = 'Ticker,Date_YMD,Open,High,Low,Close,Volume\nSBIN,20230102,100.5,102,99,101,7\n';
    const read = await readBars(`$FORMAT ${daily}`);
    expect(read.formats).to.deep.equal(['amibroker']);
    expect(first(read)).to.equal('2023-01-02 100.5 102 99 101 7');
    const minutes =
      '$FORMAT Ticker,Date_YMD,Time,Open,High,Low,Close,Volume\nSBIN,20230102,09:15,100.5,102,99,101,7\n';
    const intraday = await readBars(minutes, { interval: '5minute' });
    expect(intraday.formats).to.deep.equal(['amibroker']);
    expect(first(intraday)).to.equal('2023-01-02T09:15:00+05:30 100.5 102 99 101 7');
  });

  it('a symbol in a file without a header may begin with a digit', async () => {
    expect(first(await readBars('3MINDIA,20230102,100.5,102,99,101,7\n'))).to.equal(
      '2023-01-02 100.5 102 99 101 7',
    );
  });

  it('a file without a header may begin with rows that are no bars', async () => {
    const old = '19960102 00:00,10000,9000,9000,10000,0\n';
    const bars = '20230102 00:00,1005000,1020000,990000,1010000,7\n20230103 00:00,1,1,1,1,7\n';
    const read = await readBars(old + bars, { days: { from: '2023-01-01', to: '2024-01-01' } });
    expect(first(read)).to.equal('2023-01-02 100.5 102 99 101 7');
  });

  it('a row without a close counts once in chunks that overlap', async () => {
    const rows = Array.from({ length: 150 }, (_, at) => {
      const date = new Date(Date.UTC(2023, 0, 2 + at)).toISOString().slice(0, 10);
      return `${date},10,11,9,${at === 70 ? '' : '10'},7\n`;
    });
    const header = 'date,open,high,low,close,volume\n';
    const { findings } = await readBars({
      'a.csv': header + rows.slice(0, 90).join(''),
      'b.csv': header + rows.slice(60).join(''),
    });
    expect(findings.map(({ severity, code }) => `${severity} ${code}`)).to.deep.equal([
      'info doubled_bars',
      'warning incomplete_rows',
    ]);
  });

  it('a ZIP file is no workbook because its bytes happen to hold the name of a part of one', async () => {
    const text = 'date,open,high,low,close,volume,xl/\n2023-01-02,100.5,102,99,101,7,opendocument\n';
    const zip = (members: Readonly<Record<string, Uint8Array>>): Uint8Array => zipSync(members, { level: 0 });
    expect(first(await readBars(zip({ 'SBIN.csv': Buffer.from(text) })))).to.equal(
      '2023-01-02 100.5 102 99 101 7',
    );
    const workbook = zip({ 'docProps/app.xml': Buffer.alloc(9000), 'xl/workbook.xml': Buffer.from('<a/>') });
    expect(first(await readBars(workbook))).to.match(/is an Excel workbook/);
    const sheet = zip({ mimetype: Buffer.from('application/vnd.oasis.opendocument.spreadsheet') });
    expect(first(await readBars(sheet))).to.match(/is an Excel workbook/);
  });

  it('bars are stamped with their end if no day says otherwise', async () => {
    const header = 'date,open,high,low,close,volume\n';
    const day = (date: string): string =>
      ['15:20', '15:25', '15:30'].map((time) => `${date}T${time}:00+05:30,10,11,9,10,7\n`).join('');
    const other = '2023-01-03T15:20:00+05:30,10,11,9,10,7\n2023-01-03T15:25:00+05:30,10,11,9,10,7\n';
    const { findings } = await readBars(header + day('2023-01-02') + other, { interval: '5minute' });
    expect(findings.map(({ code }) => code)).to.deep.equal(['end_stamps']);
  });

  describe('in a folder', () => {
    let folder: string;
    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'gurukul-odd-files-'));
    });
    after(() => rm(folder, { recursive: true, force: true }));
    const read = async (name: string, text: string, stamps?: 'end'): Promise<string> => {
      const bars = await mkdtemp(path.join(folder, 'bars-'));
      await writeFile(path.join(bars, name), text);
      const source = await openCsvSource(
        { bars, interval: '5minute', from: '2023-01-01', to: '2024-01-01', ...(stamps && { stamps }) },
        {
          packageRoot,
          universe: await loadUniverse('nifty100', packageRoot),
          ...(await loadAliases({ packageRoot })),
        },
      );
      const { series, findings } = await source.read('SBIN');
      return series === null ? JSON.stringify(findings) : barText(series, 0);
    };

    it('a column of symbols is seen whatever the format of the dates', async () => {
      const text =
        'date,open,high,low,close,volume,symbol\n2023-01-02 09:15:00+05:30,10,11,9,10,7,SBIN\n2023-01-02 09:20:00+05:30,5,6,4,5,3,ITC\n';
      expect(await read('all.csv', text)).to.equal('2023-01-02T09:15:00+05:30 10 11 9 10 7');
      expect(await read('SBIN.csv', text)).to.match(/"code":"wrong_symbol"/);
    });

    it('bars that are stamped with their end may come newest first', async () => {
      const rows = ['15:30', '15:25', '15:20'].map((time) => `2023-01-02T${time}:00+05:30,10,11,9,10,7\n`);
      const text = `date,open,high,low,close,volume\n${rows.join('')}`;
      expect(await read('SBIN.csv', text, 'end')).to.equal('2023-01-02T15:15:00+05:30 10 11 9 10 7');
    });
  });
});
