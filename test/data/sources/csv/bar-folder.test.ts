import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { expect } from 'chai';
import { zipSync } from 'fflate';

import { InvalidInputError } from '../../../../data/errors.js';
import type { Interval } from '../../../../data/schemas/run-choices.js';
import type { Universe } from '../../../../data/schemas/universe.js';
import { checkSource } from '../../../../data/sources/check-source.js';
import { openCsvSource } from '../../../../data/sources/csv-source.js';
import type { BarReader } from '../../../../data/sources/source.js';
import { packageRoot } from '../../../../data/store/package-root.js';
import { loadAliases } from '../../../../data/symbols/symbol-aliases.js';
import { loadUniverse } from '../../../../data/universe/universe.js';

const HEADER = 'date,open,high,low,close,volume';
const BAR = '2022-01-03,10,11,9,10.5,100';
const CONFIG = { from: '2022-01-01', to: '2022-12-31' };

describe('a folder of bar files', () => {
  let folder: string;
  let universe: Universe;
  before(async () => {
    universe = await loadUniverse('nifty100', packageRoot);
  });
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-folder-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const put = (name: string, text = `${HEADER}\n${BAR}\n`): void => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  const open = async (interval: Interval = '1day'): Promise<BarReader> =>
    openCsvSource(
      { bars: folder, interval, ...CONFIG },
      { packageRoot, universe, ...(await loadAliases({ packageRoot })) },
    );
  const closes = async (source: BarReader, symbol: string): Promise<number[]> => [
    ...((await source.read(symbol)).series?.close ?? []),
  ];

  for (const [name, symbol] of [
    ['SBIN.csv', 'SBIN'],
    ['sbin.CSV', 'SBIN'],
    ['SBIN.NS.csv', 'SBIN'],
    ['NSE_SBIN, 1D.csv', 'SBIN'],
    ['SBIN_daily.txt', 'SBIN'],
    ['SBIN Historical Data.csv', 'SBIN'],
    ['SBIN (1).csv', 'SBIN'],
    ['Quote-Equity-SBIN-EQ-01-01-2022-to-31-12-2022.csv', 'SBIN'],
    ['01-01-2022-TO-31-12-2022SBINALLN.csv', 'SBIN'],
    ['NSE_DLY_SBIN, 1D_ab12c.csv', 'SBIN'],
    ['01-01-2022-TO-31-12-2022-SBIN-ALL-N.csv', 'SBIN'],
    ['SBIN.NS_2022.csv', 'SBIN'],
    ['SBIN 2022-23.csv', 'SBIN'],
    ['SBIN_01-01-2022_31-12-2022.csv', 'SBIN'],
    ['EQ_SBIN_NSE.csv', 'SBIN'],
    ['NSE_EQ-SBIN.csv', 'SBIN'],
    ['SBIN__EQ__NSE__NSE__DAY.csv', 'SBIN'],
    ['SBIN_1d_5y.csv', 'SBIN'],
    ['SBIN_stock_data.csv', 'SBIN'],
    ['SBIN - Copy.csv', 'SBIN'],
    ['M&M.csv', 'M&M'],
    ['M_M.NS.csv', 'M&M'],
    ['M%26M.csv', 'M&M'],
    ['bajaj_auto.csv', 'BAJAJ-AUTO'],
    ['NSE_BAJAJ_AUTO, 1D.csv', 'BAJAJ-AUTO'],
    ['CADILAHC.csv', 'ZYDUSLIFE'],
  ] as const)
    it(`finds ${symbol} in ${name}`, async () => {
      put(name);
      const source = await open();
      expect(await closes(source, symbol)).to.deep.equal([10.5]);
      expect((await source.files?.())?.unused).to.deep.equal([]);
    });

  it('does not take a longer name, another interval or another exchange for a symbol', async () => {
    put('SBIN.csv');
    for (const name of [
      'ITC HOTELS.csv',
      'ITCX.csv',
      'ITC.BO.csv',
      'BSE_ITC, 1D.csv',
      'NSE_ITC, 5.csv',
      'NSE_ITC, 1W.csv',
    ])
      put(name);
    put('notes.md', 'x');
    put('copies/ITC.csv');
    const source = await open();
    expect(await closes(source, 'ITC')).to.deep.equal([]);
    await source.read('SBIN');
    const { unused = [], formats = [] } = (await source.files?.()) ?? {};
    expect(formats).to.deep.equal([{ format: 'plain', files: 1 }]);
    expect(unused.map(({ file, reason }) => `${file}: ${reason}`)).to.deep.equal([
      ...['BSE_ITC, 1D.csv', 'ITC HOTELS.csv', 'ITC.BO.csv', 'ITCX.csv'].map(
        (file) =>
          `${file}: its name is not that of a symbol of the universe, and it has no column of symbols`,
      ),
      'NSE_ITC, 1W.csv: by its name, its bars are not those of --interval 1day',
      'NSE_ITC, 5.csv: by its name, its bars are not those of --interval 1day',
      'copies/: a folder that is not named as a symbol',
      'notes.md: its name is not that of a bar file (.csv, .txt, .parquet, .gz, .zip)',
    ]);
  });

  it('is read if few of all rows lack a value, though many of the first ones do', async () => {
    const days = Array.from({ length: 300 }, (_, at) => new Date(Date.UTC(2022, 0, 3 + at)).toISOString());
    const rows = days.map((day, at) => `${day.slice(0, 10)},10,11,9,10.5,${at === 20 ? '' : '100'}\n`);
    put('SBIN.csv', `${HEADER}\n${rows.join('')}`);
    expect(await closes(await open(), 'SBIN')).to.have.length(299);
    put('SBIN.csv', `${HEADER}\n${rows.join('').replaceAll(',100', ',-')}`);
    const none = await open().catch((error: unknown) => error);
    expect(String(none)).to.match(/SBIN\.csv: 39 row\(s\) lack a price or the volume/);
    put('SBIN.csv', `${HEADER},exchange\n${BAR},BSE\n`);
    const other = await open().catch((error: unknown) => error);
    expect(String(other)).to.match(/SBIN\.csv: has rows of another market segment or exchange only/);
  });

  describe('with folders inside', () => {
    const next = `${HEADER}\n${BAR.replace('01-03', '01-04').replace('10.5', '10.6')}\n`;
    const used = async (): Promise<string> => {
      const source = await open();
      const bars = (await closes(source, 'SBIN')).join(' ');
      const { unused = [] } = (await source.files?.()) ?? {};
      return [bars, ...unused.map(({ file }) => file)].join(', ');
    };

    it('joins files of a year or a month each', async () => {
      put('2021/SBIN.csv');
      put('2022/01/SBIN.NS.csv', next);
      expect(await used()).to.equal('10.5 10.6');
    });

    it('reads files of many symbols in them', async () => {
      put('2022/jan/all.csv', `${HEADER},symbol\n${BAR},SBIN\n${BAR},ITC\n`);
      expect(await used()).to.equal('10.5');
    });

    it('reads those of the interval, and nothing that lies beside bars', async () => {
      put('nse/daily/SBIN.csv');
      put('nse/5minute/SBIN.csv', next);
      expect(await used()).to.equal('10.5, nse/5minute/');
      put('SBIN.csv', next);
      expect(await used()).to.equal('10.6, nse/');
    });

    it('reads the files in the folder of a symbol', async () => {
      put('SBIN/2021.csv');
      put('SBIN/2022.csv', next);
      put('SBIN/corporate_actions.csv', 'x');
      expect(await used()).to.equal('10.5 10.6');
    });

    it('reads files of any name in the folder of a symbol, unless they name another interval', async () => {
      put('shares/SBIN/2022/01.csv');
      put('shares/SBIN/daily.csv', next);
      put('shares/SBIN/5minute.csv', 'x');
      put('shares/ITC/1day/prices.csv', next);
      expect(await used()).to.equal('10.5 10.6, shares/ITC/1day/prices.csv, shares/SBIN/5minute.csv');
      expect(await closes(await open(), 'ITC')).to.deep.equal([10.6]);
    });

    it('reads the files of a ZIP file by their names', async () => {
      const zip = zipSync({
        'a/SBIN.NS.csv': Buffer.from(next),
        'a/XYZ.csv': Buffer.from('x'),
        'SBIN_5minute.csv': Buffer.from(`${HEADER}\n${BAR}\n`),
      });
      writeFileSync(path.join(folder, 'archive.zip'), zip);
      expect(await used()).to.equal('10.6');
    });
  });

  describe('with files of many symbols', () => {
    const rows = (date: string, close: number): string =>
      `symbol,${HEADER}\nSBIN.NS,${date},10,11,9,${close},100\nM&M,${date},20,22,19,21,200\nXYZ,${date},1,1,1,1,1\n`;

    it('joins them with the files of a symbol, and reads each once for all symbols', async () => {
      put('day1.csv', rows('2022-01-03', 10.5));
      put('day2.csv', rows('2022-01-04', 10.25));
      put('SBIN.csv', `${HEADER}\n2022-01-05,10,11,9,10.75,100\n`);
      put('other.csv', 'symbol,date,open,high,low,close,volume\nXYZ,2022-01-03,1,1,1,1,1\n');
      const source = await open();
      expect(await closes(source, 'SBIN')).to.deep.equal([10.5, 10.25, 10.75]);
      // The files are gone, but their rows are kept.
      writeFileSync(path.join(folder, 'SBIN.csv'), `${HEADER}\n`);
      expect(await closes(source, 'M&M')).to.deep.equal([21, 21]);
      expect(await closes(source, 'SBIN')).to.deep.equal([10.5, 10.25]);
      expect(await closes(source, 'M&M'), 'a second time').to.deep.equal([21, 21]);
      expect((await source.files?.())?.unused).to.deep.equal([
        { file: 'other.csv', reason: 'it holds no symbol of this run' },
      ]);
    });

    it('reads them again when one has changed', async () => {
      put('day1.csv', rows('2022-01-03', 10.5));
      expect(await closes(await open(), 'SBIN')).to.deep.equal([10.5]);
      put('day1.csv', rows('2022-01-03', 10.6));
      utimesSync(path.join(folder, 'day1.csv'), 1, 1);
      expect(await closes(await open(), 'SBIN')).to.deep.equal([10.6]);
    });

    it('names a pipe and a device, which have no end, and reads the others', async () => {
      put('day1.csv', rows('2022-01-03', 10.5));
      execFileSync('mkfifo', [path.join(folder, 'day2.csv')]);
      symlinkSync('/dev/zero', path.join(folder, 'day3.csv'));
      const source = await open();
      expect(await closes(source, 'SBIN')).to.deep.equal([10.5]);
      const reason = 'it cannot be read (it is no regular file)';
      expect((await source.files?.())?.unused).to.deep.equal([
        { file: 'day2.csv', reason },
        { file: 'day3.csv', reason },
      ]);
    });

    it('warns of a day that cannot be read', async () => {
      put('day1.csv', rows('2022-01-03', 10.5));
      writeFileSync(path.join(folder, 'day2.csv.gz'), gzipSync(rows('2022-01-04', 10)).subarray(0, 40));
      const { series, findings } = await (await open()).read('SBIN');
      expect(series?.time).to.have.length(1);
      expect(findings.map(({ severity, code }) => `${severity} ${code}`)).to.include(
        'warning unreadable_file',
      );
    });
  });

  it('refuses a format that does not exist with its near match, and flags that say nothing', async () => {
    put('SBIN.csv');
    const deps = { packageRoot, universe, ...(await loadAliases({ packageRoot })) };
    const problems = async (config: object): Promise<readonly string[]> => {
      const all = { source: 'csv' as const, bars: folder, interval: '1day' as const, seed: 7, ...config };
      const error: unknown = await checkSource(all, deps).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      return error instanceof InvalidInputError ? error.problems : [];
    };
    expect(await problems({ format: 'nse-website' })).to.deep.equal([]);
    expect((await problems({ format: 'nse-web' }))[0]).to.match(
      /^format: there is no format nse-web \(did you mean nse-website\?\)\. There are bhavcopy-udiff, /,
    );
    expect(await problems({ stamps: 'end' })).to.deep.equal([
      'stamps: applies to bars within a day only, and the interval is 1day',
    ]);
    expect(await problems({ source: 'synthetic', dateFormat: 'dmy' })).to.deep.equal([
      'dateFormat: applies to bar files only, and the source is synthetic; add --source csv',
    ]);
  });
});
