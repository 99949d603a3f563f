import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { fetchWithinBudget } from '../../../activities/ingest/fetch/fetch-within-budget.js';
import { seriesText } from '../../../data/bars/series-text.js';
import type { BarSeries } from '../../../data/bars/series.js';
import type { SourceName } from '../../../data/schemas/run-choices.js';
import type { Universe } from '../../../data/schemas/universe.js';
import { openProvider, openSource } from '../../../data/sources/open-source.js';
import { isProvider } from '../../../data/sources/provider.js';
import { providerSettings } from '../../../data/sources/provider-settings.js';
import type { BarSource } from '../../../data/sources/source.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { loadUniverse } from '../../../data/universe/universe.js';
import { startFakeBreeze } from '../../fakes/breeze-server.js';
import { startFakeYahoo } from '../../fakes/yahoo-server.js';
import { calendar, dailyBars } from '../../support/bars.js';

/** A symbol with a different code at Breeze, one that needs URL encoding, one without bars, one that is excluded. */
const SYMBOLS = ['RELIANCE', 'M&M', 'TCS', 'IDEA'];
const CONFIG = { interval: '1day' as const, seed: 7, from: '2022-01-01', to: '2022-12-31' };

describe('every source', function () {
  this.timeout(20_000);
  let folder: string;
  let home: Home;
  let universe: Universe;
  const stops: (() => Promise<void>)[] = [];
  const bars = new Map(['RELIANCE', 'M&M'].map((symbol) => [symbol, dailyBars(200, { symbol })]));

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-contract-'));
    home = new Home(path.join(folder, 'home'));
    const nifty = await loadUniverse('nifty100', packageRoot);
    universe = { ...nifty, members: nifty.members.filter(({ symbol }) => SYMBOLS.includes(symbol)) };
    for (const [symbol, series] of bars)
      writeFileSync(path.join(folder, `${symbol}.csv`), seriesText(series));
    writeFileSync(path.join(folder, 'corporate_actions.csv'), 'symbol,ex_date,price_factor,kind\n');

    const codes = new Map(universe.members.map(({ isecCode, symbol }) => [isecCode, symbol]));
    const breeze = await startFakeBreeze({
      now: Date.now,
      series: (code) => bars.get(codes.get(code) ?? ''),
    });
    const yahoo = await startFakeYahoo({
      now: Date.now,
      series: (code) => bars.get(code.replace('.NS', '')),
    });
    stops.push(breeze.stop, yahoo.stop);
    const settings = providerSettings(home, {
      GURUKUL_BREEZE_URL: breeze.url,
      GURUKUL_BREEZE_LOGIN_URL: breeze.url,
      GURUKUL_YAHOO_URL: yahoo.url,
      BREEZE_API_KEY: 'fake-api-key',
      BREEZE_API_SESSION: breeze.login(),
    });
    for (const name of ['breeze', 'yahoo'] as const)
      await fetchWithinBudget(
        {
          home,
          provider: openProvider(name, settings),
          calendar,
          members: universe.members,
          newest: (symbol) => symbol,
          config: { ...CONFIG, source: name },
          since: '2022-01-01',
          now: Date.now,
        },
        { spend: () => true, signal: new AbortController().signal },
      );
  });
  after(async () => {
    await Promise.all(stops.map(async (stop) => stop()));
    rmSync(folder, { recursive: true });
  });

  const open = async (source: SourceName): Promise<BarSource> =>
    openSource(
      { ...CONFIG, source, ...(source === 'csv' ? { bars: folder } : {}) },
      { home, packageRoot, universe, calendar },
    );

  for (const name of ['csv', 'synthetic', 'breeze', 'yahoo'] as const)
    describe(`such as ${name}`, () => {
      let source: BarSource;
      before(async () => (source = await open(name)));

      it('says its name', () => expect(source.name).to.equal(name));

      it('returns series in ascending time, each under its own symbol', async () => {
        for (const symbol of ['RELIANCE', 'M&M']) {
          const { series, findings } = await source.read(symbol);
          expect(findings, symbol).to.deep.equal([]);
          if (series === null) throw new Error(`no bars of ${symbol}`);
          expect([series.symbol, series.interval]).to.deep.equal([symbol, '1day']);
          expect(series.time.length).to.be.greaterThan(100);
          series.time.forEach(
            (time, bar) => bar > 0 && expect(time).to.be.greaterThan(series.time[bar - 1] ?? 0),
          );
          for (const column of ['open', 'high', 'low', 'close', 'volume'] as const)
            expect(series[column], column).to.have.length(series.time.length);
        }
      });

      it('returns the same bars whatever else was read', async () => {
        const first = await source.read('M&M');
        await source.read('RELIANCE');
        expect((await source.read('M&M')).series).to.deep.equal(first.series);
        expect((await (await open(name)).read('M&M')).series).to.deep.equal(first.series);
      });

      it('returns no bars and no error for a symbol without bars', async () => {
        const { series, findings } = await source.read('IDEA');
        expect([series, findings.filter(({ severity }) => severity === 'error')]).to.deep.equal([null, []]);
      });

      it('returns actions in order of ex-date', () => {
        const dates = source.actions('RELIANCE').map(({ exDate }) => exDate);
        expect(dates).to.deep.equal([...dates].sort());
      });

      if (name === 'csv' || isProvider(name))
        it('returns exactly the bars that it was given', async () => {
          const expected = (symbol: string): BarSeries | undefined => bars.get(symbol);
          for (const symbol of bars.keys())
            expect((await source.read(symbol)).series).to.deep.equal(expected(symbol));
        });
    });
});
