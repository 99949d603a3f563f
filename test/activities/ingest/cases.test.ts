import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import type { IngestManifestWithSeries } from '../../../activities/ingest/ingest-in-memory.js';
import { ingestInMemory } from '../../../activities/ingest/ingest-in-memory.js';
import { barSlots } from '../../../activities/market/bar-slots.js';
import { buildFeatureTable } from '../../../activities/market/features/build-feature-table.js';
import { adjustSeries } from '../../../data/bars/adjust-series.js';
import type { RunInputDraft } from '../../../data/schemas/run-input.js';
import { runInputSchema } from '../../../data/schemas/run-input.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { startOfDate } from '../../../data/time/dates.js';
import { calendar } from '../../support/bars.js';
import { casesDir, needsCases } from '../../support/cases.js';
import { barText } from '../../support/read-bars.js';

/** What is not in the reader alone of bars as people have them: actions, closed days, names, volumes, old years. */
describe('the ingest of bars as people have them', function () {
  this.timeout(20_000);
  let cases: string;
  let home: string;
  before(async function () {
    const found = casesDir();
    needsCases(this, found);
    cases = found;
    home = await mkdtemp(path.join(tmpdir(), 'gurukul-cases-'));
  });
  after(async () => {
    // Undefined where the suite is skipped.
    if (typeof home === 'string') await rm(home, { recursive: true, force: true });
  });

  const ingest = (folder: string, draft: RunInputDraft): Promise<IngestManifestWithSeries> =>
    ingestInMemory(
      runInputSchema.parse({
        ...{ source: 'csv', from: '2023-01-01', to: '2024-01-01' },
        ...draft,
        bars: path.join(cases, folder),
      }),
      { home: new Home(home), packageRoot },
    );
  const statuses = ({ series }: IngestManifestWithSeries): string[] =>
    series.map(({ symbol, status, bars, corporateActions = [], findings }) =>
      [
        ...[symbol, status, bars],
        ...corporateActions.map(({ exDate, priceFactor }) => `${exDate} ${priceFactor}`),
        ...findings.filter(({ severity }) => severity !== 'info').map(({ code }) => code),
      ].join(' '),
    );
  /** First and last bar of a symbol, adjusted. */
  const ends = (manifest: IngestManifestWithSeries, symbol: string): string[] => {
    const bars = manifest.bars.get(symbol);
    const record = manifest.series.find((one) => one.symbol === symbol);
    if (bars === undefined) throw new Error(`${symbol} has no bars`);
    const adjusted = adjustSeries(bars, record?.corporateActions ?? []);
    return [barText(adjusted, 0), barText(adjusted, -1)];
  };

  it('10-missing-actions: each factor is applied once', async () => {
    const manifest = await ingest('10-missing-actions/a-2022', {
      ...{ symbols: ['BEL', 'MOTHERSON', 'TATASTEEL'], from: '2022-01-01', to: '2023-01-01' },
    });
    expect(statuses(manifest)).to.deep.equal([
      'BEL ok 248 2022-09-15 3',
      'MOTHERSON ok 248 2022-10-03 1.5',
      'TATASTEEL ok 248 2022-07-28 10',
    ]);
    // 2149.27 / 1.5 and 4331024 × 1.5.
    expect(ends(manifest, 'MOTHERSON')).to.deep.equal([
      '2022-01-03 1432.8466666666666 1445.8999999999999 1402.4533333333331 1406.3466666666666 6496536',
      '2022-12-30 1432.3 1434.9 1397 1409.9 4740691',
    ]);
    const of2025 = await ingest('10-missing-actions/b-2025', {
      ...{ symbols: ['HDFCBANK'], from: '2025-01-01', to: '2026-01-01' },
    });
    expect(statuses(of2025)).to.deep.equal(['HDFCBANK ok 206 2025-08-26 2']);
  });

  it('11-yahoo-phantom-bar: a holiday is in no row, and horizons skip it', async () => {
    const symbols = ['INFY', 'ITC', 'SBIN', 'TCS'];
    const manifest = await ingest('11-yahoo-phantom-bar/bars', {
      ...{ symbols, from: '2025-06-01', to: '2026-04-01' },
    });
    expect(statuses(manifest)).to.deep.equal(symbols.map((symbol) => `${symbol} ok 206`));
    const holiday = startOfDate('2026-01-15');
    for (const { findings } of manifest.series)
      expect(findings.filter(({ code }) => code === 'closed_day').map(({ message }) => message)[0]).to.match(
        /2026-01-15 was not a trading session of the NSE: left out$/,
      );
    const rule = { label: 'horizon', horizon: 1, threshold: 0 } as const;
    const table = buildFeatureTable([...manifest.bars.values()], rule, {
      slots: barSlots(calendar, manifest),
    });
    for (const { time, touchedAt } of table.symbols) {
      expect([...time]).not.to.include(holiday);
      const before = time.indexOf(startOfDate('2026-01-14'));
      expect(touchedAt[before]).to.equal(startOfDate('2026-01-16'));
    }
  });

  it('17-renames: files under former names and under the newest', async () => {
    const symbols = 'ADANIENSOL ETERNAL LTM MOTHERSON SHRIRAMFIN TMPV UNITDSPR ZYDUSLIFE'.split(' ');
    const manifest = await ingest('17-renames/bars', { symbols });
    expect(statuses(manifest)).to.deep.equal(symbols.map((symbol) => `${symbol} ok 246`));
    const former = manifest.series
      .flatMap(({ findings }) => findings)
      .filter(({ code }) => code === 'former_symbol')
      .map(({ message }) => message.replace(/: the bars under its other name | are used/g, ' ').trim());
    expect(former).to.deep.equal([
      'ADANIENSOL ADANITRANS',
      'ETERNAL ZOMATO',
      'MOTHERSON MOTHERSUMI',
      'SHRIRAMFIN SRTRANSFIN',
      'UNITDSPR MCDOWELL-N',
      'ZYDUSLIFE CADILAHC',
    ]);
    const old = await ingest('17-renames/bars', { symbols: ['CADILAHC', 'TATAMOTORS'] });
    expect(statuses(old)).to.deep.equal(['TMPV ok 246', 'ZYDUSLIFE ok 246']);
    expect(statuses(await ingest('17-renames/with-zydus', { symbols: ['ZYDUSLIFE'] }))).to.deep.equal([
      'ZYDUSLIFE ok 246',
    ]);
  });

  it("19-nse-ca-file: the exchange's download is the list of actions", async () => {
    const manifest = await ingest('19-nse-ca-file/bars', { symbols: ['SBIN'] });
    // From Rs 10 to Rs 5 is 2, a bonus of 4:1 is 5.
    expect(statuses(manifest)).to.deep.equal(['SBIN ok 246 2023-06-16 10']);
  });

  it('27-volume-oddities: doubtful or stopped, and reported as such', async () => {
    const manifest = await ingest('27-volume-oddities/bars', { symbols: ['INFY', 'ITC', 'SBIN'] });
    expect(statuses(manifest)).to.deep.equal([
      'INFY refused 246 volume_step',
      'ITC refused 246 zero_volume',
      'SBIN ok 244 incomplete_rows',
    ]);
    expect(manifest.coverage.symbols.map(({ verdict }) => verdict)).to.deep.equal([
      'stopped',
      'stopped',
      'doubtful',
    ]);
  });

  it('29-one-minute: 75 bars a session, all of them in slots', async () => {
    const manifest = await ingest('29-one-minute/bars', { symbols: ['SBIN'], interval: '5minute' });
    expect(statuses(manifest)).to.deep.equal(['SBIN ok 300']);
    expect(ends(manifest, 'SBIN')).to.deep.equal([
      '2023-01-02T09:15:00+05:30 100 100.5 99.5 100.1 4500',
      '2023-01-05T15:25:00+05:30 100 100.5 99.5 100.1 4500',
    ]);
  });

  it('35-old-history: the digest is that of the files without old rows', async () => {
    const draft = { symbols: ['INFY', 'ITC', 'SBIN'], from: '2022-01-01' };
    const [full, cut] = [
      await ingest('35-old-history/full', draft),
      await ingest('35-old-history/cut', draft),
    ];
    expect(full.digest).to.equal(cut.digest);
    expect(full.series).to.deep.equal(cut.series);
    expect(statuses(full)).to.deep.equal(['INFY ok 493', 'ITC ok 493', 'SBIN ok 493']);
  });
});
