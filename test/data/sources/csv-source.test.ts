import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { seriesText } from '../../../data/bars/series-text.js';
import { lowerBound, sliceBars } from '../../../data/bars/series.js';
import { InvalidInputError } from '../../../data/errors.js';
import type { Interval } from '../../../data/schemas/run-choices.js';
import type { Universe } from '../../../data/schemas/universe.js';
import { openSource } from '../../../data/sources/open-source.js';
import type { BarSource } from '../../../data/sources/source.js';
import { intradayBars } from '../../../data/sources/synthetic/intraday-bars.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { startOfDate } from '../../../data/time/dates.js';
import { loadUniverse } from '../../../data/universe/universe.js';
import { calendar, dailyBars } from '../../support/bars.js';
import { needsNse, nseDir, readNseBars } from '../../support/nse.js';

const DAYS = { from: '2022-01-01', to: '2024-12-31' };
const home = new Home('/nowhere');

describe('the csv source', () => {
  let folder: string;
  let universe: Universe;
  before(async () => {
    universe = await loadUniverse('nifty100', packageRoot);
  });
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-csv-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const put = (name: string, text: string): void => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  const open = (bars = folder, interval: Interval = '1day'): Promise<BarSource> =>
    openSource(
      { source: 'csv', bars, interval, seed: 7, ...DAYS },
      { home, packageRoot, universe, calendar },
    );
  const refusal = async (work: Promise<unknown>): Promise<string> => {
    const error: unknown = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(InvalidInputError);
    return error instanceof Error ? error.message : '';
  };
  const text = seriesText(dailyBars(30));

  it('reads the real bars of the days that a run needs', async function () {
    const nse = nseDir();
    needsNse(this, nse);
    const source = await open(path.join(nse, 'daily'));
    const { series, findings, place } = await source.read('RELIANCE');
    expect(findings).to.deep.equal([]);
    const all = readNseBars(nse, 'RELIANCE');
    const [from, to] = ['2020-01-01', DAYS.to].map((date) => lowerBound(all.time, startOfDate(date)));
    expect(series).to.deep.equal(sliceBars(all, from ?? 0, to ?? 0));
    expect(series?.time).to.have.length(1242);
    expect(place?.(0)).to.equal('RELIANCE.csv:2');
    expect(source.actions('RELIANCE').map(({ exDate }) => exDate)).to.deep.equal([
      '2023-07-20',
      '2024-10-28',
    ]);
    expect(await source.read('ABB')).to.deep.include({ series: null, findings: [] });
  });

  it("reads one file per symbol, the old cache's file per day, and one file in a symbol's folder", async () => {
    const [header = '', ...rows] = text.trimEnd().split('\n');
    put('M&M.csv', text);
    for (const row of rows)
      put(`TCS/1day/${row.slice(0, 10)}.csv`, `${header}\r\n${row.replace(',', 'T09:15:00+05:30,')}\r\n`);
    put('TCS/1day/series-0123456789abcdef.csv', 'kept by the bar store');
    put('INFY/1day/series.csv', text);
    const source = await open();
    const [single, days, inFolder] = await Promise.all(
      ['M&M', 'TCS', 'INFY'].map((symbol) => source.read(symbol)),
    );
    expect(single?.series).to.deep.equal(dailyBars(30, { symbol: 'M&M' }));
    expect(days?.series).to.deep.equal(dailyBars(30, { symbol: 'TCS' }));
    expect(days?.place?.(1)).to.equal('TCS/1day/2022-01-04.csv:2');
    expect(inFolder?.series).to.deep.equal(dailyBars(30, { symbol: 'INFY' }));
  });

  describe("on the old pipeline's cache", () => {
    const HEADER = 'timestamp,open,high,low,close,volume';
    const [, ...lines] = text.trimEnd().split('\n');
    const file = (name: string, rows: readonly string[], header = HEADER): void =>
      put(`TCS/1day/${name}`, `${[header, ...rows].join('\n')}\n`);
    const read = async (): Promise<{ days: number | undefined; reported: string[] }> => {
      put('INFY.csv', text);
      const { series, findings } = await (await open()).read('TCS');
      return {
        days: series?.time.length,
        reported: findings.map(({ severity, code, message }) => `${severity} ${code} ${message}`),
      };
    };
    /** Rows with a time of day, as the cache has them. */
    const stamped = (rows: readonly string[], time: string): string[] =>
      rows.map((row) => row.replace(',', `${time},`));

    it('joins range files that overlap, bars at 09:15 with those at 00:00, each bar once', async () => {
      file('2022-01-01_2022-01-31.csv', stamped(lines.slice(0, 20), 'T09:15:00+05:30'));
      file('2022-01-20_to_2022-02-28.csv', stamped(lines.slice(10), ' 00:00:00'));
      const { days, reported } = await read();
      expect(days).to.equal(30);
      expect(reported).to.have.length(1);
      expect(reported[0]).to.equal(
        'info doubled_bars TCS: 10 bar(s) occur twice with the same values and are used once. The first: ' +
          'TCS/1day/2022-01-20_to_2022-02-28.csv:2 repeats TCS/1day/2022-01-01_2022-01-31.csv:12',
      );
    });

    it('orders files by time, not by name, and knows file and line of each bar', async () => {
      file('2022-01-01.csv', lines.slice(15));
      file('2022-03-01.csv', lines.slice(0, 15));
      put('INFY.csv', text);
      const { series, place } = await (await open()).read('TCS');
      expect(series).to.deep.equal(dailyBars(30, { symbol: 'TCS' }));
      expect(place?.(0)).to.equal('TCS/1day/2022-03-01.csv:2');
      expect(place?.(15)).to.equal('TCS/1day/2022-01-01.csv:2');
    });

    it('uses a duplicate bar once, and refuses two bars of one time that differ', async () => {
      file('2022-01-03.csv', [lines[0] ?? '', lines[0] ?? '']);
      file('2022-01-04.csv', lines.slice(1));
      expect(await read()).to.have.property('days', 30);
      const [date = ''] = (lines[1] ?? '').split(',');
      file('2022-01-03.csv', [lines[0] ?? '', `${date},1,1,1,1,1`]);
      const { days, reported } = await read();
      expect(days).to.equal(undefined);
      expect(reported[0]).to.equal(
        'error conflicting_bars TCS/1day/2022-01-04.csv:2: differs from the bar of the same time at TCS/1day/2022-01-03.csv:3',
      );
    });

    it('sorts a file that is newest first', async () => {
      file('2022-01-01_2022-02-28.csv', [...lines].reverse());
      put('INFY.csv', text);
      const { series, findings, place } = await (await open()).read('TCS');
      expect(series).to.deep.equal(dailyBars(30, { symbol: 'TCS' }));
      expect(findings).to.deep.equal([]);
      expect(place?.(0)).to.equal('TCS/1day/2022-01-01_2022-02-28.csv:31');
    });

    for (const [what, spoil, expected] of [
      [
        'an empty file',
        () => put('TCS/1day/2022-01-04.csv', ''),
        /error empty_file TCS\/1day\/2022-01-04\.csv: is empty/,
      ],
      [
        'no header',
        () => put('TCS/1day/2022-01-04.csv', lines[1] ?? ''),
        /error bad_header .*2022-01-04\.csv:1 (has no header|lacks)/,
      ],
      [
        'another time zone that the file does not name',
        () => file('2022-01-04.csv', stamped(lines.slice(1, 2), ' 03:45:00')),
        /error other_interval .*another time zone/,
      ],
    ] as const)
      it(`reports ${what}, with the file`, async () => {
        for (const row of lines) file(`${row.slice(0, 10)}.csv`, [row]);
        spoil();
        const { days, reported } = await read();
        expect(days).to.equal(undefined);
        expect(reported.join('\n')).to.match(expected);
      });

    it('reads 5-minute bars from one file per day', async () => {
      const series = intradayBars(7, dailyBars(3, { symbol: 'TCS' }), calendar);
      const [header = '', ...rows] = seriesText(series).trimEnd().split('\n');
      for (const row of rows) {
        const day = `TCS/5minute/${row.slice(0, 10)}.csv`;
        put(day, `${[header, ...rows.filter((one) => one.startsWith(row.slice(0, 10)))].join('\n')}\n`);
      }
      expect((await (await open(folder, '5minute')).read('TCS')).series).to.deep.equal(series);
    });

    it('joins the bars of a renamed company, and refuses rows of a third one', async () => {
      const named = (symbol: string, rows: readonly string[]): string =>
        `symbol,${HEADER}\n${rows.map((row) => `${symbol},${row}`).join('\n')}\n`;
      put('ZYDUSLIFE.csv', named('ZYDUSLIFE', lines.slice(12)));
      put('CADILAHC/1day/2022-01-01_2022-01-20.csv', named('CADILAHC', lines.slice(0, 14)));
      const { series, findings } = await (await open()).read('ZYDUSLIFE');
      expect(series).to.deep.equal(dailyBars(30, { symbol: 'ZYDUSLIFE' }));
      expect(findings.map(({ code }) => code)).to.deep.equal(['former_symbol', 'doubled_bars']);
      put('CADILAHC/1day/2022-01-01_2022-01-20.csv', named('PNB', lines.slice(0, 14)));
      expect((await (await open()).read('ZYDUSLIFE')).findings.map(({ code }) => code)).to.include(
        'wrong_symbol',
      );
    });
  });

  it('reports the errors of one symbol and still reads the others', async () => {
    put('TCS.csv', text);
    put('INFY.csv', '');
    put('WIPRO.csv', text);
    put('WIPRO/1day/2022-01-03.csv', text);
    put('ITC/1day/a.csv', text);
    put('ITC/1day/b.csv', text);
    mkdirSync(path.join(folder, 'SBIN.csv'));
    const source = await open();
    const errorOf = async (symbol: string): Promise<string> => {
      const { series, findings } = await source.read(symbol);
      expect(series, symbol).to.equal(null);
      expect(findings[0]?.severity, symbol).to.equal('error');
      return findings[0]?.message ?? '';
    };
    expect((await source.read('TCS')).series).not.to.equal(null);
    expect(await errorOf('INFY')).to.match(/^INFY\.csv: is empty/);
    expect(await errorOf('WIPRO')).to.equal(
      'WIPRO has bars in WIPRO.csv and in WIPRO/1day. Remove one of them',
    );
    expect(await errorOf('ITC')).to.match(/^ITC\/1day contains a\.csv, b\.csv\. Expected one file/);
    expect(await errorOf('SBIN')).to.equal('SBIN.csv: cannot be read (it is no regular file)');
  });

  it("adds the folder's own corporate actions to the project's, and wins over them row by row", async () => {
    put('RELIANCE.csv', text);
    const factors = async (): Promise<string[]> =>
      (await open()).actions('RELIANCE').map(({ exDate, priceFactor }) => `${exDate} ${priceFactor}`);
    expect(await factors()).to.deep.equal(['2023-07-20 1.1015', '2024-10-28 2']);
    put(
      'corporate_actions.csv',
      'symbol,ex_date,price_factor,kind\nRELIANCE,2023-07-20,1.0935,demerger\nRELIANCE,2024-10-28,1,none\nRELIANCE,2022-01-11,4,split\n',
    );
    expect(await factors()).to.deep.equal(['2022-01-11 4', '2023-07-20 1.0935']);
    put('corporate_actions.csv', 'symbol,ex_date,price_factor,kind\nTCS,2022-02-30,2,split\n');
    expect(await refusal(open())).to.match(/corporate_actions\.csv:2: ex_date/);
  });

  it('refuses a folder without readable bars, with one message', async () => {
    expect(await refusal(open(path.join(folder, 'nowhere')))).to.equal(
      `bars: the folder ${path.join(folder, 'nowhere')} does not exist`,
    );
    expect(await refusal(open())).to.match(
      /contains no 1day bars of this universe\. Found: nothing\. Expected SYMBOL\.csv/,
    );
    put('reliance.parquet', 'x');
    put('notes.txt', 'x');
    expect(await refusal(open(path.join(folder, 'notes.txt')))).to.match(/is a file\. Give the folder/);
    expect(await refusal(open())).to.match(
      /none of the 1 file.*The first problem: reliance\.parquet:1 has no header/,
    );
    rmSync(path.join(folder, 'reliance.parquet'));
    put('other.csv', 'x');
    expect(await refusal(open())).to.match(/Found: notes\.txt, other\.csv\. Expected/);
    put('TCS.csv', 'Date;Open;High;Low;Close\n');
    put('INFY.csv', '{"bars":[]}');
    expect(await refusal(open())).to.match(
      /none of the 2 file\(s\) .* The first problem: INFY\.csv: is JSON/,
    );
    put('TCS.csv', text);
    await open();
    rmSync(path.join(folder, 'INFY.csv'));
    expect(await refusal(open(folder, '5minute'))).to.match(
      /TCS\.csv: has no time of day\. Is this a file of daily/,
    );
  });
});
