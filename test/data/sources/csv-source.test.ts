import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { seriesText } from '../../../data/bars/bar-store.js';
import { InvalidInputError } from '../../../data/errors.js';
import type { Interval } from '../../../data/schemas/run-input.js';
import type { Universe } from '../../../data/schemas/universe.js';
import { openSource } from '../../../data/sources/open-source.js';
import type { BarSource } from '../../../data/sources/source.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { loadUniverse } from '../../../data/universe.js';
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

  it('reads real bars as they lie', async function () {
    const nse = nseDir();
    needsNse(this, nse);
    const source = await open(path.join(nse, 'daily'));
    const { series, findings, place } = await source.read('RELIANCE');
    expect(findings).to.deep.equal([]);
    expect(series).to.deep.equal(readNseBars(nse, 'RELIANCE'));
    expect(place?.(0)).to.equal('RELIANCE.csv:2');
    expect(source.actions('RELIANCE').map(({ exDate }) => exDate)).to.deep.equal([
      '2023-07-20',
      '2024-10-28',
    ]);
    expect(await source.read('ABB')).to.deep.include({ series: null, findings: [] });
  });

  it("reads one file a symbol, the old cache's file a day, and one file in a symbol's folder", async () => {
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

  it('tells what is wrong with one symbol without hiding the others', async () => {
    put('TCS.csv', text);
    put('INFY.csv', '');
    put('WIPRO.csv', text);
    put('WIPRO/1day/2022-01-03.csv', text);
    put('ITC/1day/a.csv', text);
    put('ITC/1day/b.csv', text);
    mkdirSync(path.join(folder, 'SBIN.csv'));
    const source = await open();
    const told = async (symbol: string): Promise<string> => {
      const { series, findings } = await source.read(symbol);
      expect(series, symbol).to.equal(null);
      expect(findings[0]?.severity, symbol).to.equal('error');
      return findings[0]?.message ?? '';
    };
    expect((await source.read('TCS')).series).not.to.equal(null);
    expect(await told('INFY')).to.match(/^INFY\.csv: is empty/);
    expect(await told('WIPRO')).to.equal('WIPRO has bars in WIPRO.csv and in WIPRO/1day: remove one of them');
    expect(await told('ITC')).to.match(/^ITC\/1day holds a\.csv, b\.csv: expected one file/);
    expect(await told('SBIN')).to.equal('SBIN.csv: cannot be read (EISDIR)');
  });

  it("takes the folder's own corporate actions instead of the project's", async () => {
    put('RELIANCE.csv', text);
    expect((await open()).actions('RELIANCE')).to.have.length(2);
    put('corporate_actions.csv', 'symbol,ex_date,price_factor,kind\n');
    expect((await open()).actions('RELIANCE')).to.deep.equal([]);
    put('corporate_actions.csv', 'symbol,ex_date,price_factor,kind\nTCS,2022-02-30,2,split\n');
    expect(await refusal(open())).to.match(/corporate_actions\.csv:2: exDate/);
  });

  it('refuses, in one message, a folder that cannot be what was meant', async () => {
    expect(await refusal(open(path.join(folder, 'nowhere')))).to.equal(
      `bars: there is no folder ${path.join(folder, 'nowhere')}`,
    );
    expect(await refusal(open())).to.match(
      /holds no 1day bars of this universe\. Found: nothing\. Expected SYMBOL\.csv/,
    );
    put('reliance.parquet', 'x');
    put('notes.txt', 'x');
    expect(await refusal(open(path.join(folder, 'notes.txt')))).to.match(/is a file; give the folder/);
    expect(await refusal(open())).to.match(/Found: notes\.txt, reliance\.parquet\. Expected/);
    put('TCS.csv', 'Date;Open;High;Low;Close\n');
    put('INFY.csv', '{"bars":[]}');
    expect(await refusal(open())).to.match(
      /none of the 2 files .* The first: INFY\.csv:1: expected the header timestamp/,
    );
    put('TCS.csv', text);
    expect(await refusal(open(folder, '5minute'))).to.match(/no time of day|expected the header/);
    await open();
  });
});
