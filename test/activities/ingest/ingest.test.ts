import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { withHeartbeats } from '../../../activities/heartbeat.js';
import type { SealedIngest } from '../../../activities/ingest/activities.js';
import { outcomeText } from '../../../activities/texts/coverage/coverage-outcome.js';
import { createIngestActivities } from '../../../activities/ingest/index.js';
import { ingestInMemory } from '../../../activities/ingest/ingest-in-memory.js';
import { seriesText } from '../../../data/bars/series-text.js';
import { loadAdjustedSeries } from '../../../data/bars/load-adjusted.js';
import type { BarSeries } from '../../../data/bars/series.js';
import { InvalidInputError } from '../../../data/errors.js';
import type { IngestManifest } from '../../../data/schemas/ingest.js';
import { ingestManifestSchema } from '../../../data/schemas/ingest.js';
import type { RunConfig, RunInputDraft } from '../../../data/schemas/run-input.js';
import { runInputSchema } from '../../../data/schemas/run-input.js';
import { canonicalJson } from '../../../data/store/digests.js';
import { writeRef } from '../../../data/store/file-refs.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { dayNumber, dayOfMinutes, isoDate } from '../../../data/time/dates.js';
import { calendar, dailyBars, splitFrom } from '../../support/bars.js';
import { eventsOf } from '../../support/run-files.js';

function dateOf({ time }: BarSeries, bar: number): string {
  return isoDate(dayOfMinutes(time[bar] ?? 0));
}

describe('ingest', () => {
  let home: Home;
  let bars: string;
  beforeEach(() => {
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-ingest-')));
    bars = mkdtempSync(path.join(tmpdir(), 'gurukul-source-'));
  });
  afterEach(() => {
    rmSync(home.root, { recursive: true });
    rmSync(bars, { recursive: true });
  });

  const configOf = (draft: RunInputDraft): RunConfig => {
    const { symbols: _listed, ...config } = runInputSchema.parse(draft);
    return { ...config, runId: 'run1' };
  };
  const csvConfig = (): RunConfig => configOf({ source: 'csv', bars, to: '2023-12-31' });
  const put = (symbol: string, text: string): void => writeFileSync(path.join(bars, `${symbol}.csv`), text);

  async function ingest(
    config: RunConfig,
    symbols: readonly string[],
    batches: number,
  ): Promise<{ sealed: SealedIngest; manifest: IngestManifest; beats: unknown[] }> {
    const activities = createIngestActivities({ home, packageRoot });
    const list = await writeRef(home, home.symbols(config.runId), canonicalJson(symbols), symbols.length);
    const beats: unknown[] = [];
    for (let batch = 0; batch < batches; batch += 1) {
      const request = { config, symbols: list, batch, batches };
      await withHeartbeats(
        (details) => beats.push(details),
        () => activities.ingestSymbols(request),
      );
    }
    const sealed = await activities.sealIngest({ config, batches });
    const manifest = ingestManifestSchema.parse(
      JSON.parse(readFileSync(home.absolute(sealed.ref.uri), 'utf8')),
    );
    return { sealed, manifest, beats };
  }

  const FIVE = ['ADANIGREEN', 'ABB', 'M&M', 'TCS', 'WIPRO'];
  const putFive = (): void => {
    put('TCS', seriesText(dailyBars(250)));
    put('M&M', seriesText(dailyBars(200, { beat: 1.4 })));
    put('WIPRO', seriesText(dailyBars(100, { spoil: (columns) => splitFrom(columns, 50, 10) })));
  };

  it('records every symbol: used, without bars, excluded, refused', async () => {
    putFive();
    const { sealed, manifest, beats } = await ingest(csvConfig(), FIVE, 2);
    expect(sealed.statuses).to.deep.equal({ no_bars: 1, excluded: 1, ok: 2, refused: 1 });
    expect(sealed.symbols).to.equal(5);
    expect(manifest.series.map(({ symbol, status }) => `${symbol} ${status}`)).to.deep.equal([
      'ABB no_bars',
      'ADANIGREEN excluded',
      'M&M ok',
      'TCS ok',
      'WIPRO refused',
    ]);
    expect(manifest.series[1]?.reason).to.match(/provider had no bars/);
    expect(manifest.series[4]).to.include({ error: 'BadSchema', ref: null });
    expect(manifest.series[4]?.reason).to.match(/^WIPRO\.csv:52: .* price jump of −90/);
    expect(manifest.series[2]?.ref?.uri).to.match(/^bars\/M&M\/1day\/series-/);
    expect(beats).to.have.length(5);
    const loaded = await loadAdjustedSeries(home, manifest);
    expect(loaded).to.deep.equal([
      dailyBars(200, { symbol: 'M&M', beat: 1.4 }),
      dailyBars(250, { symbol: 'TCS' }),
    ]);

    const events = await eventsOf(home, 'run1');
    expect(events.map(({ id }) => id)).to.have.members([
      ...FIVE.map((symbol) => `series/${symbol}`),
      'ingest',
    ]);
  });

  it('writes the same manifest for any batches and repeats, and another digest for other bars', async () => {
    putFive();
    const { sealed } = await ingest(csvConfig(), FIVE, 1);
    expect((await ingest(csvConfig(), [...FIVE].reverse(), 3)).sealed).to.deep.equal(sealed);
    expect((await ingest(csvConfig(), FIVE, 5)).sealed).to.deep.equal(sealed);
    put('TCS', seriesText(dailyBars(249)));
    expect((await ingest(csvConfig(), FIVE, 1)).sealed.digest).not.to.equal(sealed.digest);
  });

  it('has another digest when bars are adjusted differently, and the same for actions outside of them', async () => {
    put('TCS', seriesText(dailyBars(250)));
    const config = { ...csvConfig(), adjust: 'splits' as const };
    const withAction = async (row: string): Promise<Awaited<ReturnType<typeof ingest>>> => {
      writeFileSync(path.join(bars, 'corporate_actions.csv'), `symbol,ex_date,price_factor,kind\n${row}`);
      return ingest(config, ['TCS'], 1);
    };
    const { sealed } = await withAction('');
    const inside = await withAction('TCS,2022-06-01,1.01,rights\n');
    expect(inside.sealed.digest).not.to.equal(sealed.digest);
    expect(inside.manifest.series[0]).to.deep.include({
      actions: 1,
      status: 'ok',
      corporateActions: [{ exDate: '2022-06-01', priceFactor: 1.01, kind: 'rights' }],
    });
    const later = await withAction('TCS,2026-01-05,2,bonus 1:1\nTCS,2021-01-05,2,bonus 1:1\n');
    expect(later.sealed.digest).to.equal(sealed.digest);
    expect(later.manifest.series[0]).to.include({ actions: 0, status: 'ok' });
  });

  it('uses an excluded symbol as soon as there are bars, and reports it', async () => {
    put('ADANIGREEN', seriesText(dailyBars(250)));
    const { manifest } = await ingest(csvConfig(), ['ADANIGREEN'], 1);
    expect(manifest.series[0]?.status).to.equal('ok');
    expect(manifest.series[0]?.findings.map(({ severity, code }) => `${severity} ${code}`)).to.deep.equal([
      'info exclusion_lifted',
    ]);
  });

  it("accepts bars before a listing date, and refuses one company's bars under two symbols", async () => {
    put('NESTLEIND', seriesText(dailyBars(250, { beat: 1.4 })));
    put('TCS', seriesText(dailyBars(240)));
    put('INFY', seriesText(dailyBars(240)));
    put('SBIN', `symbol,${seriesText(dailyBars(10)).replaceAll('\n2022', '\nPNB,2022')}`);
    const { manifest } = await ingest(csvConfig(), ['INFY', 'NESTLEIND', 'SBIN', 'TCS'], 1);
    const [infy, nestle, sbin, tcs] = manifest.series;
    expect(nestle?.status).to.equal('ok');
    expect(nestle?.findings.map(({ code }) => code)).to.deep.equal(['listed_earlier']);
    expect(infy).to.include({ status: 'refused', error: 'WrongTicker' });
    expect(tcs?.reason).to.equal("TCS has the very same bars as INFY: one of them holds another company's");
    expect(sbin).to.include({ status: 'refused', error: 'WrongTicker' });
  });

  it("refuses one company's bars that a vendor rounded and adjusted differently, and names the other symbol", async () => {
    putFive();
    const copied = dailyBars(240, {
      spoil: (columns) => {
        splitFrom(columns, 120, 2);
        columns.close = columns.close.map((price, bar) => price + (bar % 3 === 0 ? 0.005 : 0));
      },
    });
    writeFileSync(
      path.join(bars, 'corporate_actions.csv'),
      `symbol,ex_date,price_factor,kind\nINFY,${dateOf(copied, 120)},2,split 1:2\n`,
    );
    put('INFY', seriesText(copied));
    const { manifest, sealed } = await ingest(csvConfig(), [...FIVE, 'INFY'], 2);
    const refused = manifest.series.filter(({ error }) => error === 'WrongTicker');
    expect(refused.map(({ symbol }) => symbol)).to.deep.equal(['INFY', 'TCS']);
    expect(refused[0]?.reason).to.match(
      /^INFY moves as one with TCS \(correlation (0\.99\d\d|1\.0000), 238 days\): one of them holds another company's bars$/,
    );
    expect(refused[1]?.reason).to.contain('TCS moves as one with INFY');
    expect(refused[1]?.findings.at(-1)).to.include({ severity: 'error', code: 'twin_series' });
    expect(sealed.statuses).to.include({ ok: 1, refused: 3 });
    const planned = await ingestInMemory(
      { ...csvConfig(), symbols: [...FIVE, 'INFY'] },
      { home, packageRoot },
    );
    expect([...planned.bars.keys()]).to.deep.equal(['M&M']);
  });

  it('fails with one clear message when nothing can be read', async () => {
    const failed: unknown = await ingest({ ...csvConfig(), bars: path.join(bars, 'gone') }, ['TCS'], 1).catch(
      (error: unknown) => error,
    );
    expect(failed).to.be.instanceOf(InvalidInputError);
    expect(failed).to.have.property('message', `bars: the folder ${path.join(bars, 'gone')} does not exist`);
  });

  it('has the same result in memory, without writing files', async () => {
    const config = configOf({ source: 'synthetic' });
    const symbols = ['HCLTECH', 'IDEA', 'LICI', 'M&M'];
    const planned = await ingestInMemory({ ...config, symbols }, { home, packageRoot });
    expect(() => readFileSync(home.symbols('run1'))).to.throw('ENOENT');
    const { manifest } = await ingest(config, symbols, 2);
    const { bars: series, ...rest } = planned;
    expect(rest).to.deep.equal(manifest);
    expect([...series.keys()]).to.deep.equal(['HCLTECH', 'LICI', 'M&M']);
    expect(manifest.series[0]?.corporateActions).to.have.length(1);
  });

  it('has who was a member when, and says how many of their sessions have bars', async () => {
    // ABB is a member since 2023-03-31, with bars of all of 2023; HDFC until 2023-07-12, as long as it has bars.
    for (const [index, symbol] of ['ABB', 'HDFC', 'TCS'].entries()) {
      const bars = symbol === 'HDFC' ? 130 : 246;
      put(symbol, seriesText(dailyBars(bars, { symbol, from: '2023-01-01', beat: 1 + 0.2 * index })));
    }
    const dates = { from: '2023-01-01', to: '2023-12-31' };
    const config = configOf({ source: 'csv', bars, ...dates, membership: 'point-in-time' });
    const { manifest } = await ingest(config, ['ABB', 'HDFC', 'PAYTM', 'TCS'], 1);
    const spans = new Map(manifest.series.map(({ symbol, membership }) => [symbol, membership]));
    expect(spans.get('ABB')).to.deep.equal([{ from: '2023-03-31', to: null }]);
    expect(spans.get('HDFC')).to.deep.equal([{ from: '1900-01-01', to: '2023-07-13' }]);
    const between = (from: string, to: string): number =>
      calendar.sessionsBetween(dayNumber(from), dayNumber(to)).length;
    const paytm = between('2023-01-01', '2023-03-31');
    const sessions = between('2023-03-31', '2023-12-31') + between('2023-01-01', '2023-07-13') + 246 + paytm;
    expect(manifest.coverage?.members).to.deep.equal({
      sessions,
      withBars: sessions - paytm,
      missing: [{ symbol: 'PAYTM', sessions: paytm, missing: paytm }],
    });
    const severities = (found: IngestManifest): unknown[] =>
      found.series.flatMap(({ findings }) =>
        findings.flatMap(({ code, severity }) => (code === 'ends_early' ? [severity] : [])),
      );
    // It left the index, so its end is no doubt.
    expect(severities(manifest)).to.deep.equal(['info']);
    expect(readFileSync(home.coverageHtml('run1'), 'utf8')).to.contain('sessions of the members have bars');
    const today = await ingest({ ...config, membership: 'today' }, ['ABB', 'HDFC', 'PAYTM', 'TCS'], 1);
    expect(today.manifest.coverage?.members).to.equal(undefined);
    expect(severities(today.manifest)).to.deep.equal(['warning']);
    expect(today.manifest.series.some(({ membership }) => membership !== undefined)).to.equal(false);
    expect(today.manifest.digest).not.to.equal(manifest.digest);
    // Those of a run that reads nothing again are the same.
    const planned = await ingestInMemory(
      { ...config, symbols: ['ABB', 'HDFC', 'PAYTM', 'TCS'] },
      { home, packageRoot },
    );
    expect(planned.digest).to.equal(manifest.digest);
  });

  it('reports its coverage', async () => {
    putFive();
    const { manifest } = await ingest(csvConfig(), FIVE, 1);
    const { symbols: rows = [], ...coverage } = manifest.coverage ?? {};
    expect(
      rows.map((row) => [row.symbol, row.bars, row.sessions, outcomeText(row).slice(0, 18)]),
    ).to.deep.equal([
      ['ABB', 0, 0, 'no bars'],
      ['ADANIGREEN', 0, 0, 'excluded: the prov'],
      ['M&M', 200, 200, 'doubtful: ends bef'],
      ['TCS', 250, 250, 'complete'],
      ['WIPRO', 100, 100, 'stopped: a price j'],
    ]);
    expect(rows[2]).to.include({ first: '2022-01-03', missing: 0 });
    expect(rows[4]?.reasons).to.deep.equal([{ code: 'unexplained_jump', severity: 'error', count: 1 }]);
    expect(coverage).to.include({ from: '2022-01-01', adjust: 'auto', digest: manifest.digest });
    expect(JSON.parse(readFileSync(home.coverageJson('run1'), 'utf8'))).to.deep.equal(manifest.coverage);
    expect(readFileSync(home.coverageHtml('run1'), 'utf8')).to.contain('M&amp;M</th>');
  });
});
