import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { loadActions } from '../../../data/actions/load-actions.js';
import type { IngestManifestWithSeries } from '../../../activities/ingest/ingest-in-memory.js';
import { ingestInMemory } from '../../../activities/ingest/ingest-in-memory.js';
import type { CorporateAction } from '../../../data/schemas/corporate-action.js';
import type { RunInputDraft } from '../../../data/schemas/run-input.js';
import { runInputSchema } from '../../../data/schemas/run-input.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { needsNse, nseDir, readNseListings } from '../../support/nse.js';

/** Real events of NIFTY 100 companies, on their real bars, and on bars with typical vendor errors. */
describe('the gates on real bars', function () {
  this.timeout(300_000);
  let real: string;
  let bars: string;
  let symbols: string[];
  before(function () {
    const folder = nseDir();
    needsNse(this, folder);
    real = path.join(folder, 'daily');
    symbols = readNseListings(folder).map(({ symbol }) => symbol);
  });
  beforeEach(() => (bars = mkdtempSync(path.join(tmpdir(), 'gurukul-real-'))));
  afterEach(() => rmSync(bars, { recursive: true }));

  const ingest = (draft: RunInputDraft): Promise<IngestManifestWithSeries> =>
    ingestInMemory(runInputSchema.parse({ source: 'csv', bars, ...draft }), {
      home: new Home(bars),
      packageRoot,
    });
  /** Stores a real series under a symbol, with changed lines. */
  const put = (symbol: string, from = symbol, change = (line: string): string | null => line): void => {
    const [header = '', ...lines] = readFileSync(path.join(real, `${from}.csv`), 'utf8')
      .trimEnd()
      .split('\n');
    const kept = lines.map((line) => change(line.replace(`${from},`, `${symbol},`)));
    writeFileSync(
      path.join(bars, `${symbol}.csv`),
      `${[header, ...kept.filter((line) => line !== null)].join('\n')}\n`,
    );
  };
  const stopped = ({ coverage }: IngestManifestWithSeries): string[] =>
    coverage.symbols
      .filter(({ verdict }) => verdict === 'stopped')
      .map(
        ({ symbol, reasons }) =>
          `${symbol} ${reasons
            .filter((r) => r.severity === 'error')
            .map((r) => r.code)
            .join()}`,
      );

  it('stop none of the 46 companies, and warn only about unusual ones', async () => {
    const { coverage } = await ingest({ bars: real, symbols, from: '2020-01-01', to: '2025-01-01' });
    expect(coverage.symbols).to.have.length(46);
    expect(coverage.symbols.filter(({ status }) => status !== 'ok')).to.deep.equal([]);
    expect(coverage).to.deep.include({ gates: [], lastSession: '2024-12-31', until: '2025-01-01' });
    const doubts = coverage.symbols
      .filter(({ verdict }) => verdict === 'doubtful')
      .map(
        ({ symbol, reasons }) =>
          `${symbol} ${reasons
            .filter((r) => r.severity === 'warning')
            .map((r) => r.code)
            .join()}`,
      );
    expect(doubts).to.deep.equal(DOUBTS);
    const lici = coverage.symbols.find(({ symbol }) => symbol === 'LICI');
    expect(lici, 'late listing').to.include({ first: '2022-05-17', missing: 0, verdict: 'complete' });
    const nestle = coverage.symbols.find(({ symbol }) => symbol === 'NESTLEIND');
    expect(nestle?.first, 'the bars, not the official date').to.equal('2020-01-01');
    expect(nestle?.reasons.map(({ code }) => code)).to.deep.equal(['listed_earlier']);
    const weekend = coverage.days.filter(({ name, missing }) => name !== null && missing > 1);
    expect(weekend, 'weekend sessions').to.deep.equal([]);
  });

  it('stop both symbols with the bars of one company', async () => {
    for (const symbol of ['TCS', 'INFY', 'SBIN']) put(symbol);
    put('HCLTECH', 'TCS', (line) => line.replace(/(\d+\.\d)\d*/g, '$1'));
    expect(stopped(await ingest({ symbols: ['TCS', 'INFY', 'SBIN', 'HCLTECH'] }))).to.deep.equal([
      'HCLTECH twin_series',
      'TCS twin_series',
    ]);
  });

  it('stop a symbol whose second source has other returns', async () => {
    for (const symbol of ['TCS', 'SBIN']) put(symbol);
    put('CIPLA', 'VEDL');
    const manifest = await ingest({ symbols: ['TCS', 'SBIN', 'CIPLA'], crossCheck: real });
    expect(stopped(manifest)).to.deep.equal(['CIPLA sources_disagree']);
    expect(manifest.series.find(({ symbol }) => symbol === 'CIPLA')).to.include({ error: 'WrongTicker' });
  });

  it('stop a split that is in no list, and a split that is in the bars already', async () => {
    put('TATASTEEL');
    put('NESTLEIND', 'NESTLEIND', adjustBefore('2024-01-05', 10));
    writeFileSync(
      path.join(bars, 'corporate_actions.csv'),
      'symbol,ex_date,price_factor,kind\nTATASTEEL,2022-07-28,,none\n',
    );
    expect(stopped(await ingest({ symbols: ['TATASTEEL', 'NESTLEIND'], adjust: 'splits' }))).to.deep.equal([
      'NESTLEIND action_does_not_fit',
      'TATASTEEL unexplained_jump',
    ]);
    const asTheyAre = await ingest({ symbols: ['TATASTEEL', 'NESTLEIND'], adjust: 'none' });
    expect(stopped(asTheyAre), 'adjusted already').to.deep.equal(['TATASTEEL unexplained_jump']);
    expect(asTheyAre.coverage.adjust).to.equal('none');
    expect(asTheyAre.series.map(({ corporateActions }) => corporateActions ?? [])).to.deep.equal([[], []]);
  });

  it('apply every listed action of bars as traded, and none of bars that are adjusted already', async () => {
    const actions = await actionsOf(symbols);
    const from = '2020-01-01';
    const traded = await ingest({ bars: real, symbols, from, to: '2025-01-01' });
    for (const { symbol, first, last, corporateActions } of traded.series) {
      const inside = (actions.get(symbol) ?? []).filter(
        ({ exDate }) => exDate > (first ?? '') && exDate <= (last ?? ''),
      );
      expect(corporateActions, symbol).to.deep.equal(inside);
    }
    for (const [symbol, own] of actions)
      put(symbol, symbol, (line) =>
        own.reduce((text, one) => adjustBefore(one.exDate, one.priceFactor)(text), line),
      );
    const listed = traded.series.filter(({ actions: count }) => count > 0).map(({ symbol }) => symbol);
    expect(listed).to.have.length(13);
    const adjusted = await ingest({ symbols: listed, from, to: '2025-01-01' });
    for (const { symbol, status, corporateActions, findings } of adjusted.series) {
      expect({ status, corporateActions }, symbol).to.deep.equal({ status: 'ok', corporateActions: [] });
      expect(
        findings.map(({ code }) => code),
        symbol,
      ).to.include('adjusted_already');
    }
  });

  it('apply the actions of 2022 and 2025 that were missing from the list', async function () {
    const cases = path.join(real, '..', '..', 'cases', '10-missing-actions');
    if (!existsSync(cases)) this.skip();
    const of2022 = await ingest({
      bars: path.join(cases, 'a-2022'),
      symbols: ['BEL', 'MOTHERSON', 'TATASTEEL'],
    });
    const of2025 = await ingest({
      bars: path.join(cases, 'b-2025'),
      symbols: ['HDFCBANK'],
      from: '2025-01-01',
      to: '2026-01-01',
    });
    const applied = [...of2022.series, ...of2025.series].map(({ symbol, status, corporateActions }) => [
      symbol,
      status,
      ...(corporateActions ?? []).map(({ exDate, priceFactor }) => `${exDate} ${priceFactor}`),
    ]);
    expect(applied).to.deep.equal([
      ['BEL', 'ok', '2022-09-15 3'],
      ['MOTHERSON', 'ok', '2022-10-03 1.5'],
      ['TATASTEEL', 'ok', '2022-07-28 10'],
      ['HDFCBANK', 'ok', '2025-08-26 2'],
    ]);
  });

  it('judge only the bars that a run reads', async () => {
    put('TCS', 'TCS', (line) =>
      (line.split(',')[1] ?? '') < '2020-06-01' ? line.replace(/,\d[\d.]*$/, ',0') : line,
    );
    put('SBIN', 'SBIN', (line) =>
      (line.split(',')[1] ?? '') < '2020-12-01' ? adjustBefore('2020-12-01', 3)(line) : line,
    );
    const spoilt = await ingest({ symbols: ['SBIN', 'TCS'], from: '2023-01-01' });
    const clean = await ingest({ bars: real, symbols: ['SBIN', 'TCS'], from: '2023-01-01' });
    expect(spoilt.series).to.deep.equal(clean.series);
    expect(spoilt.digest).to.equal(clean.digest);
    expect(spoilt.series[0]).to.include({ first: '2020-12-31', last: '2024-12-30', status: 'ok' });
  });

  it('stop a series that is adjusted in its first years only', async () => {
    put('BPCL', 'BPCL', (line) =>
      (line.split(',')[1] ?? '') < '2022-06-01' ? adjustBefore('2022-06-01', 2)(line) : line,
    );
    expect(stopped(await ingest({ symbols: ['BPCL'] }))[0]).to.match(/^BPCL .*adjustment_mix/);
  });

  it('report a company whose bars begin with its new symbol, and join those under the old one', async () => {
    for (const symbol of ['TCS', 'SBIN']) put(symbol);
    put('ZYDUSLIFE', 'ZYDUSLIFE', (line) => ((line.split(',')[1] ?? '') < '2022-03-07' ? null : line));
    const late = await ingest({ symbols: ['TCS', 'SBIN', 'ZYDUSLIFE'] });
    const row = late.coverage.symbols.find(({ symbol }) => symbol === 'ZYDUSLIFE');
    expect(row).to.include({ verdict: 'doubtful', first: '2022-03-07' });
    expect(row?.reasons.map(({ code }) => code)).to.deep.equal(['starts_late']);

    put('CADILAHC', 'ZYDUSLIFE', (line) => ((line.split(',')[1] ?? '') < '2022-03-07' ? line : null));
    const joined = await ingest({ symbols: ['TCS', 'SBIN', 'ZYDUSLIFE'] });
    const whole = await ingest({ bars: real, symbols: ['TCS', 'SBIN', 'ZYDUSLIFE'] });
    expect(joined.digest).to.equal(whole.digest);
    expect(joined.series[2]?.findings.map(({ code }) => code)).to.deep.equal(['former_symbol']);
  });

  it('count the trade-for-trade periods of a company', async () => {
    const { coverage } = await ingest({ bars: real, symbols: ['ADANIPOWER', 'TCS'], from: '2022-01-01' });
    const [power] = coverage.symbols;
    expect(power).to.include({ symbol: 'ADANIPOWER', missing: 206, sessions: 1242, status: 'ok' });
    expect(coverage.days.filter(({ date }) => date >= '2022-01-01')).to.have.length(133);
    expect(coverage.days[0]?.symbols).to.deep.equal(['ADANIPOWER']);
  });

  it('stop the run when a tenth of the sessions is missing everywhere', async () => {
    cpSync(path.join(real, 'TCS.csv'), path.join(bars, 'SBIN.csv'));
    for (const symbol of ['TCS', 'SBIN', 'ITC']) {
      let line = 0;
      put(symbol, symbol, (text) => ((line += 1) % 10 === 0 ? null : text));
    }
    const { coverage } = await ingest({ symbols: ['TCS', 'SBIN', 'ITC'] });
    expect(coverage.gates.map(({ severity, code }) => `${severity} ${code}`)).to.include(
      'error sessions_missing',
    );
  });
});

/** Warnings on the real bars: its trade-for-trade periods are a sixth of its sessions. */
const DOUBTS = ['ADANIPOWER missing_sessions'];

/** The listed actions of these symbols, by symbol. */
async function actionsOf(symbols: readonly string[]): Promise<Map<string, CorporateAction[]>> {
  const { actions: listed } = await loadActions({ home: new Home('/nowhere'), packageRoot });
  return new Map(
    symbols.map((symbol) => [
      symbol,
      listed
        .filter((action) => action.symbol === symbol)
        .map(({ exDate, priceFactor, kind }) => ({ exDate, priceFactor, kind })),
    ]),
  );
}

/** Divides the prices of earlier lines, like a vendor that adjusts for a split. */
function adjustBefore(date: string, factor: number): (line: string) => string {
  return (line) => {
    const [symbol = '', day = '', ...values] = line.split(',');
    if (day >= date) return line;
    const adjusted = values.map((value, column) =>
      column < 4 ? String(Number(value) / factor) : String(Number(value) * factor),
    );
    return [symbol, day, ...adjusted].join(',');
  };
}
