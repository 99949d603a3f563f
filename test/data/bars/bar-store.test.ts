import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import fc from 'fast-check';

import { describeSeries, readSeries, writeSeries } from '../../../data/bars/bar-store.js';
import { loadAdjustedSeries } from '../../../data/bars/load-adjusted.js';
import type { BarSeries } from '../../../data/bars/series.js';
import { GurukulError } from '../../../data/errors.js';
import type { SeriesRecord } from '../../../data/schemas/ingest.js';
import { intradayBars } from '../../../data/sources/synthetic/intraday-bars.js';
import { Home } from '../../../data/store/home.js';
import { calendar, dailyBars } from '../../support/bars.js';

describe('the bar store', () => {
  let home: Home;
  beforeEach(() => {
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-bars-')));
  });
  afterEach(() => rmSync(home.root, { recursive: true }));

  it('returns exactly the bars that were written, to the last bit', async () => {
    const value = fc.double({ min: 0.05, max: 1e9, noNaN: true });
    const bar = fc.tuple(fc.integer({ min: 1, max: 500 }), value, value, value, value, value);
    await fc.assert(
      fc.asyncProperty(fc.array(bar, { minLength: 1, maxLength: 20 }), fc.boolean(), async (bars, daily) => {
        let minutes = 26_000_000 - (26_000_000 % 1440);
        const series: BarSeries = {
          symbol: 'M&M',
          interval: daily ? '1day' : '5minute',
          time: Int32Array.from(bars, ([step]) => (minutes += step * (daily ? 1440 : 5))),
          open: Float64Array.from(bars, ([, open]) => open),
          high: Float64Array.from(bars, ([, , high]) => high),
          low: Float64Array.from(bars, ([, , , low]) => low),
          close: Float64Array.from(bars, ([, , , , close]) => close),
          volume: Float64Array.from(bars, ([, , , , , volume]) => volume),
        };
        const ref = await writeSeries(home, series);
        expect(await readSeries(home, ref, 'M&M', series.interval)).to.deep.equal(series);
      }),
      { numRuns: 30 },
    );
  });

  it('keeps different bars of a symbol side by side, and equal bars once', async () => {
    const [short, long] = [dailyBars(5), dailyBars(6)];
    const ref = await writeSeries(home, short);
    expect(ref.uri).to.match(/^bars\/TEST\/1day\/series-[0-9a-f]{16}\.csv$/);
    expect(await writeSeries(home, short)).to.deep.equal(ref);
    expect(describeSeries(home, short).ref).to.deep.equal(ref);
    await writeSeries(home, long);
    expect(readdirSync(path.join(home.root, 'bars', 'TEST', '1day'))).to.have.length(2);
    expect(await readSeries(home, ref, 'TEST', '1day')).to.deep.equal(short);
  });

  it('refuses a series that was changed or deleted after it was written', async () => {
    const ref = await writeSeries(home, dailyBars(5));
    const typeOf = async (): Promise<unknown> =>
      readSeries(home, ref, 'TEST', '1day').catch(
        (error: unknown) => error instanceof GurukulError && error.type,
      );
    appendFileSync(home.absolute(ref.uri), '2022-02-01,1,1,1,1,1\n');
    expect(readFileSync(home.absolute(ref.uri), 'utf8')).to.contain('2022-02-01');
    expect(await typeOf()).to.equal('ChecksumMismatch');
    rmSync(home.absolute(ref.uri));
    expect(await typeOf()).to.equal('ChecksumMismatch');
  });

  describe('with 5-minute bars', () => {
    /** Bars of this many sessions from 2024-03-27 on; the first two sessions are in the first quarter. */
    const intraday = (sessions: number): BarSeries =>
      intradayBars(7, dailyBars(sessions, { symbol: 'M&M', from: '2024-03-27' }), calendar);
    const partsIn = (series: BarSeries): string[] =>
      readdirSync(path.join(home.root, 'bars', series.symbol, '5minute'))
        .filter((name) => name.startsWith('part-'))
        .map((name) => name.slice(0, 'part-2024q1'.length))
        .sort();

    it('writes one part per quarter, and reads them as one series', async () => {
      const series = intraday(80);
      const ref = await writeSeries(home, series);
      expect(partsIn(series)).to.deep.equal(['part-2024q1', 'part-2024q2', 'part-2024q3']);
      expect(ref.rows).to.equal(80 * 75 - 55); // one of them is a Saturday of 20 bars
      expect(await readSeries(home, ref, 'M&M', '5minute')).to.deep.equal(series);
    });

    it('writes only the last quarter when bars are added', async () => {
      const [short, long] = [intraday(4), intraday(5)];
      const first = await writeSeries(home, short);
      const second = await writeSeries(home, long);
      expect(partsIn(long)).to.deep.equal(['part-2024q1', 'part-2024q2', 'part-2024q2']);
      expect(await readSeries(home, first, 'M&M', '5minute')).to.deep.equal(short);
      expect(await readSeries(home, second, 'M&M', '5minute')).to.deep.equal(long);
    });

    it('has one digest for equal bars of two symbols', () => {
      const series = intraday(3);
      const other = describeSeries(home, { ...series, symbol: 'TCS' });
      expect(describeSeries(home, series).ref.sha256).to.equal(other.ref.sha256);
    });

    it('refuses a part that was changed or deleted', async () => {
      const ref = await writeSeries(home, intraday(4));
      const folder = path.join(home.root, 'bars', 'M&M', '5minute');
      const part = path.join(folder, readdirSync(folder).find((name) => name.startsWith('part-')) ?? '');
      const failure = async (): Promise<string> =>
        readSeries(home, ref, 'M&M', '5minute').then(
          () => 'read',
          (error: unknown) => (error instanceof GurukulError ? `${error.type}: ${error.message}` : 'other'),
        );
      appendFileSync(part, 'x');
      expect(await failure()).to.match(/^ChecksumMismatch: bars\/M&M\/5minute\/part-2024q1-.* has changed/);
      rmSync(part);
      expect(await failure()).to.match(/^ChecksumMismatch: .* is missing/);
    });
  });

  it('loads the series that may be used, adjusted and sorted by symbol', async () => {
    const record = async (symbol: string, more: Partial<SeriesRecord>): Promise<SeriesRecord> => ({
      symbol,
      status: 'ok',
      reason: null,
      error: null,
      ref: await writeSeries(home, dailyBars(5, { symbol })),
      first: null,
      last: null,
      bars: 5,
      missingSessions: 0,
      actions: 0,
      findings: [],
      ...more,
    });
    const exDate = '2022-01-05';
    const loaded = await loadAdjustedSeries(home, {
      source: 'csv',
      interval: '1day',
      digest: '',
      series: [
        await record('TCS', { corporateActions: [{ exDate, priceFactor: 2, kind: 'bonus 1:1' }] }),
        await record('INFY', {}),
        await record('WIPRO', { status: 'refused', error: 'WrongTicker' }),
        await record('IDEA', { status: 'excluded', ref: null }),
      ],
    });
    expect(loaded.map(({ symbol }) => symbol)).to.deep.equal(['INFY', 'TCS']);
    const [plain, adjusted] = loaded.map(({ close }) => [...close]);
    expect(adjusted).to.deep.equal(plain?.map((price, bar) => (bar < 2 ? price / 2 : price)));
  });
});
