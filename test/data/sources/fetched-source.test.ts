import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { mergeBars } from '../../../data/bars/merge-bars.js';
import type { BarSeries } from '../../../data/bars/series.js';
import { pickBars } from '../../../data/bars/series.js';
import type { DayRange } from '../../../data/schemas/day-range.js';
import type { ProviderResponse } from '../../../data/schemas/provider-log.js';
import { openFetchedSource } from '../../../data/sources/fetched-source.js';
import type { SourceBars } from '../../../data/sources/source.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { addDays, dayOfMinutes, isoDate } from '../../../data/time/dates.js';
import { loadUniverse, selectSymbols } from '../../../data/universe/universe.js';
import { calendar, dailyBars } from '../../support/bars.js';

const SYMBOL = 'RELIANCE';
/** A year and the history before it. */
const YEAR: DayRange = { from: '2020-12-22', to: '2023-01-01' };

describe('reading what was fetched before', () => {
  let home: Home;
  beforeEach(() => (home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-fetched-')))));
  afterEach(() => rmSync(home.root, { recursive: true }));

  const log = async (bars: BarSeries | null, change: Partial<ProviderResponse> = {}): Promise<unknown> =>
    mergeBars(home, { source: 'breeze', symbol: SYMBOL, interval: '1day' }, bars, {
      at: '2026-03-02T10:00:00Z',
      asked: YEAR,
      code: 'RELIND',
      outcome: bars === null ? 'down' : 'bars',
      status: 200,
      sha256: null,
      bytes: 0,
      rows: bars?.time.length ?? 0,
      settled: bars === null ? null : YEAR,
      message: null,
      ...change,
    });
  const read = async (offline?: true): Promise<SourceBars> => {
    const universe = await loadUniverse('nifty100', packageRoot);
    const reader = await openFetchedSource(
      'breeze',
      {
        interval: '1day',
        from: '2022-01-01',
        to: '2023-01-01',
        ...(offline === undefined ? {} : { offline }),
      },
      { home, packageRoot, calendar, universe: { ...universe, members: selectSymbols(universe, [SYMBOL]) } },
    );
    return reader.read(SYMBOL);
  };

  it('refuses a series with days that the provider did not deliver, unless nobody was to be asked', async () => {
    const bars = dailyBars(200, { symbol: SYMBOL });
    await log(bars, { settled: { from: YEAR.from, to: '2022-10-01' } });
    await log(null, { asked: { from: '2022-10-01', to: '2023-01-01' }, message: 'HTTP 502' });
    const refused = await read();
    expect(refused.series).to.equal(null);
    expect(refused.findings.map(({ severity, code }) => [severity, code])).to.deep.equal([
      ['error', 'not_fetched'],
    ]);
    const used = await read(true);
    expect(used.series?.time.length).to.equal(200);
    expect(used.findings).to.deep.equal([
      {
        severity: 'warning',
        code: 'not_fetched',
        message:
          'RELIANCE: 62 session(s) from 2022-10-03 to 2022-12-30 were never fetched from breeze, and an offline run asks nobody: they are missing',
      },
    ]);
  });

  it('uses a series with doubtful days without them, and says so', async () => {
    const all = dailyBars(248, { symbol: SYMBOL });
    const odd = 30;
    const date = isoDate(dayOfMinutes(all.time[odd] ?? 0));
    const bars = pickBars(
      all,
      [...all.time.keys()].filter((bar) => bar !== odd),
    );
    await log(bars, { doubtful: [{ date, why: 'two different bars of one time' }] });
    for (const offline of [undefined, true] as const)
      expect(await read(offline)).to.deep.equal({
        series: bars,
        findings: [
          {
            severity: 'warning',
            code: 'doubtful_row',
            message: `RELIANCE: breeze has a doubtful bar on ${date}: two different bars of one time. It is left out`,
          },
        ],
      });
    await log(pickBars(all, [odd]), {
      asked: { from: date, to: addDays(date, 1) },
      settled: { from: date, to: addDays(date, 1) },
    });
    expect(await read(), 'corrected').to.deep.equal({ series: all, findings: [] });
  });

  it('says of an offline run what nobody has ever fetched', async () => {
    expect(await read()).to.deep.equal({ series: null, findings: [] });
    const { series, findings } = await read(true);
    expect(series).to.equal(null);
    expect(findings.map(({ severity, message }) => [severity, message])).to.deep.equal([
      [
        'warning',
        'RELIANCE: its bars were never fetched from breeze, and an offline run asks nobody: they are missing',
      ],
    ]);
  });
});
