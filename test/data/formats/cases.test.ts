import path from 'node:path';

import { expect } from 'chai';

import type { BarSeries } from '../../../data/bars/series.js';
import { InvalidInputError } from '../../../data/errors.js';
import type { Interval } from '../../../data/schemas/run-choices.js';
import type { Universe } from '../../../data/schemas/universe.js';
import { openCsvSource } from '../../../data/sources/csv-source.js';
import type { BarReader } from '../../../data/sources/source.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { loadAliases } from '../../../data/symbols/symbol-aliases.js';
import { loadUniverse } from '../../../data/universe/universe.js';
import { casesDir, needsCases } from '../../support/cases.js';
import { barText } from '../../support/read-bars.js';

/** Bars in the forms that people have: each folder is read as it is, and first bar, last bar and count are compared. */
describe('bars as people have them', function () {
  this.timeout(20_000);
  let folder: string;
  let universe: Universe;
  before(async function () {
    const found = casesDir();
    needsCases(this, found);
    folder = found;
    universe = await loadUniverse('nifty100', packageRoot);
  });

  const open = async (
    name: string,
    interval: Interval = '1day',
    from = '2023-01-01',
    to = '2024-01-01',
  ): Promise<BarReader> =>
    openCsvSource(
      { bars: path.join(folder, name), interval, from, to },
      { packageRoot, universe, ...(await loadAliases({ packageRoot })) },
    );
  const series = async (source: BarReader, symbol: string): Promise<BarSeries> => {
    const read = await source.read(symbol);
    if (read.series === null) throw new Error(JSON.stringify(read.findings));
    return read.series;
  };
  const summary = (bars: BarSeries): string[] => [
    String(bars.time.length),
    barText(bars, 0),
    barText(bars, -1),
  ];

  const SBIN = [
    '246',
    '2023-01-02 2934.3 2940.5 2887.8 2893.25 5758493',
    '2023-12-29 3572.25 3583.6 3541.4 3544.15 2284641',
  ];
  const ITC = [
    '246',
    '2023-01-02 1031.35 1038.7 1031.05 1036.2 5185396',
    '2023-12-29 1275 1278.2 1274.85 1276.55 4722208',
  ];
  const same: readonly (readonly [string, string])[] = [
    ['01-nse-website/bars', 'nse-website'],
    ['03-jugaad-raw/bars', 'jugaad-raw'],
    ['03-jugaad-raw/stock_csv', 'jugaad-stock'],
    ['08-tradingview/a-as-exported', 'tradingview'],
    ['08-tradingview/b-renamed', 'tradingview'],
    ['25-mixed-interval-stamps/bars', '5paisa'],
  ];
  for (const [name, format] of same)
    it(`${name} is read as ${format}`, async () => {
      const source = await open(name);
      expect(summary(await series(source, 'SBIN'))).to.deep.equal(SBIN);
      expect(summary(await series(source, 'ITC'))).to.deep.equal(ITC);
      expect(
        (await source.read('SBIN')).findings.map(({ code, message }) => `${code} ${message}`)[0],
      ).to.match(new RegExp(`^format SBIN: read as ${format} \\(`));
      await source.read('INFY');
      expect(await source.files?.()).to.deep.equal({ formats: [{ format, files: 3 }], unused: [] });
    });

  for (const name of [
    'bom-crlf',
    'close-time',
    'dd-mm-yyyy',
    'excel-serial',
    'gz',
    'index-col',
    'iso-basic',
    'mac-cr',
    'sci',
    'semicolon',
    'tab',
    'utf16',
    'utf16-comma',
    'vol-col',
  ])
    it(`18-encodings/${name} has the same bars`, async () =>
      expect(summary(await series(await open(`18-encodings/${name}`), 'SBIN'))).to.deep.equal(SBIN));

  it('24-nselib is read, with a session that it lacks', async () => {
    const bars = await series(await open('24-nselib/bars'), 'ITC');
    expect(summary(bars)).to.deep.equal(['245', ...ITC.slice(1)]);
  });

  it('05-yfinance-last-row: rows without a bar are left out and reported', async () => {
    const counts: Record<string, string[]> = {};
    for (const name of ['a-empty-close', 'b-ticker-row', 'c-nan-row']) {
      const { series: bars, findings } = await (await open(`05-yfinance-last-row/${name}`)).read('ITC');
      counts[name] = [
        String(bars?.time.length),
        bars === null ? '' : barText(bars, -1),
        ...findings.map(({ severity, message }) => `${severity} ${message}`),
      ];
    }
    const last = '2023-12-29 1275 1278.2 1274.85 1276.55 4722208';
    const read = 'info ITC: read as yfinance (ITC.csv)';
    expect(counts).to.deep.equal({
      'a-empty-close': [
        '244',
        '2023-12-28 1249.35 1282.1 1246.15 1280.65 2508351',
        read,
        'info ITC: 1 row(s) without a bar are left out: ITC.csv:246',
      ],
      'b-ticker-row': ['245', last, read, 'info ITC: 1 row(s) without a bar are left out: ITC.csv:247'],
      'c-nan-row': ['244', last, read, 'info ITC: 1 row(s) without a bar are left out: ITC.csv:101'],
    });
  });

  for (const name of ['a-ns', 'b-plain', 'c-lower', 'd-upper-ext', 'e-safe-names'])
    it(`06-yfinance-names/${name}: files are found by any form of the symbol`, async () => {
      const source = await open(`06-yfinance-names/${name}`);
      expect(summary(await series(source, 'M&M'))).to.deep.equal([
        '245',
        '2023-01-02 1805.35 1808.7 1771.1 1772.5 5849800',
        '2023-12-29 967.7 972.4 956.9 961.95 1966782',
      ]);
      for (const symbol of ['INFY', 'ITC', 'SBIN'])
        expect((await series(source, symbol)).time).to.have.length(245);
      expect(await source.files?.()).to.deep.equal({
        formats: [{ format: 'yfinance', files: 4 }],
        unused: [],
      });
    });

  it('07-investing: month before day, and volumes rounded to three digits', async () => {
    const source = await open('07-investing/bars');
    expect(summary(await series(source, 'ITC'))).to.deep.equal([
      '246',
      '2023-01-02 1031.35 1038.7 1031.05 1036.2 5190000',
      '2023-12-29 1275 1278.2 1274.85 1276.55 4720000',
    ]);
    const [format] = (await source.read('ITC')).findings;
    expect(format?.message).to.equal(
      'ITC: read as investing (ITC.csv); dates are read with month before day: no other order gives dates',
    );
  });

  it('09-intraday-utc: +00:00 is converted, and the first bar is at 09:15', async () => {
    const source = await open('09-intraday-utc', '5minute');
    expect(summary(await series(source, 'SBIN'))).to.deep.equal([
      '3075',
      '2023-01-02T09:15:00+05:30 403.15 403.75 403.1 403.6 30646',
      '2023-02-28T15:25:00+05:30 355.1 355.2 355.1 355.15 38934',
    ]);
  });

  it('10-missing-actions: bars are as traded', async () => {
    const source = await open('10-missing-actions/a-2022', '1day', '2022-01-01', '2023-01-01');
    expect(summary(await series(source, 'MOTHERSON'))).to.deep.equal([
      '248',
      '2022-01-03 2149.27 2168.85 2103.68 2109.52 4331024',
      '2022-12-30 1432.3 1434.9 1397 1409.9 4740691',
    ]);
  });

  it('16-bhavcopy/udiff: every symbol of the files of a day each', async () => {
    const source = await open('16-bhavcopy/udiff');
    for (const symbol of ['SBIN', 'INFY', 'ITC'])
      expect((await series(source, symbol)).time).to.have.length(62);
    expect(summary(await series(source, 'SBIN'))[1]).to.equal(SBIN[1]);
    expect((await source.read('TCS')).series).to.equal(null);
    expect(await source.files?.()).to.deep.equal({
      formats: [{ format: 'bhavcopy-udiff', files: 62 }],
      unused: [],
    });
  });

  it('17-renames/zydus-and-other: the only file may be under a former name', async () => {
    const { series: bars, findings } = await (await open('17-renames/zydus-and-other')).read('ZYDUSLIFE');
    expect(bars === null ? [] : summary(bars)).to.deep.equal([
      '246',
      '2023-01-02 953.3 960 953 954.5 5202410',
      '2023-12-29 827.15 846.45 824.6 841 2550957',
    ]);
    expect(findings.map(({ code }) => code)).to.deep.equal(['former_symbol']);
  });

  it('27-volume-oddities: rows without a volume are left out with a warning', async () => {
    const { series: bars, findings } = await (await open('27-volume-oddities/bars')).read('SBIN');
    expect(bars?.time).to.have.length(244);
    expect(findings).to.deep.equal([
      {
        severity: 'warning',
        code: 'incomplete_rows',
        message: 'SBIN: 2 row(s) lack a price or the volume and are left out: SBIN.csv:52, SBIN.csv:53',
      },
    ]);
  });

  it('29-one-minute: 75 bars a session', async () => {
    const { series: bars, findings } = await (await open('29-one-minute/bars', '5minute')).read('SBIN');
    expect(bars === null ? [] : summary(bars)).to.deep.equal([
      '300',
      '2023-01-02T09:15:00+05:30 100 100.5 99.5 100.1 4500',
      '2023-01-05T15:25:00+05:30 100 100.5 99.5 100.1 4500',
    ]);
    expect(findings.at(-1)?.message).to.equal(
      'SBIN: 1500 bars of one minute are made into 300 bars of five minutes',
    );
  });

  it('30-chunk-order: no bar is doubled', async () => {
    const { series: bars, findings } = await (await open('30-chunk-order/bars')).read('SBIN');
    expect(bars === null ? [] : summary(bars)).to.deep.equal(SBIN);
    expect(findings.map(({ code }) => code)).to.deep.equal(['doubled_bars']);
  });

  it('31-parquet: a file that is not complete says so', async () => {
    const error: unknown = await open('31-parquet/bars').then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(InvalidInputError);
    expect(String(error)).to.match(/SBIN\.parquet: is not a complete Parquet file$/);
  });

  it('33-suffix-and-commas: SBIN.NS in a column, a comma at the end of each row', async () => {
    const source = await open('33-suffix-and-commas/bars');
    expect(summary(await series(source, 'SBIN'))).to.deep.equal(SBIN);
    expect(summary(await series(source, 'INFY'))[2]).to.equal(
      '2023-12-29 1518.25 1521.85 1484 1485.55 3525447',
    );
  });

  it('35-old-history: rows that the run does not need are not judged', async () => {
    const [full, cut] = await Promise.all(
      ['full', 'cut'].map(async (name) =>
        (await open(`35-old-history/${name}`, '1day', '2022-01-01')).read('ITC'),
      ),
    );
    expect(full?.series?.time).to.have.length(493);
    expect(full?.series).to.deep.equal(cut?.series);
    expect(full?.findings).to.deep.equal(cut?.findings);
  });
});
