import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { barSlots } from '../../../activities/market/bar-slots.js';
import { UNRESOLVED } from '../../../activities/market/feature-table.js';
import { buildFeatureTable } from '../../../activities/market/features/build-feature-table.js';
import type { TrainingConfig } from '../../../data/schemas/training-config.js';
import { loadFeatureTable } from '../../../activities/market/load-feature-table.js';
import { placeboSeries } from '../../../activities/market/placebo.js';
import { writeSeries } from '../../../data/bars/bar-store.js';
import type { BarSeries } from '../../../data/bars/series.js';
import { lowerBound, sliceBars } from '../../../data/bars/series.js';
import { GurukulError } from '../../../data/errors.js';
import type { FileRef } from '../../../data/schemas/file-ref.js';
import type { IngestManifest, SeriesRecord } from '../../../data/schemas/ingest.js';
import { canonicalJson } from '../../../data/store/digests.js';
import { writeRef } from '../../../data/store/file-refs.js';
import { Home } from '../../../data/store/home.js';
import { isoDate, startOfDate } from '../../../data/time/dates.js';
import { calendar } from '../../support/bars.js';
import { syntheticSeries } from './synthetic-market.js';

const config: TrainingConfig = {
  runId: 'r',
  from: '2021-01-04',
  to: '2021-05-15',
  interval: '1day',
  windowDays: 60,
  label: 'horizon',
  horizon: 5,
  threshold: 0.02,
  entry: 'close',
  seed: 7,
};

function recordOf({ symbol, time }: BarSeries, ref: FileRef): SeriesRecord {
  return {
    ...{
      symbol,
      status: 'ok',
      reason: null,
      error: null,
      ref,
      bars: time.length,
      missingSessions: 0,
      actions: 0,
    },
    ...{ first: '2021-01-04', last: '2021-07-22', findings: [] },
  };
}

describe('loadFeatureTable', () => {
  let home: Home;
  let ingest: FileRef;
  const slots = barSlots(calendar, { interval: '1day' });
  const stored = [syntheticSeries('ALPHA', 200), syntheticSeries('BETA', 200)];
  const used = stored.map((series) => sliceBars(series, 0, lowerBound(series.time, startOfDate(config.to))));

  before(async () => {
    home = new Home(await mkdtemp(path.join(os.tmpdir(), 'gurukul-features-')));
    const records: SeriesRecord[] = [];
    for (const series of stored) records.push(recordOf(series, await writeSeries(home, series)));
    const manifest: IngestManifest = { source: 'csv', interval: '1day', series: records, digest: '' };
    ingest = await writeRef(home, home.ingest('r'), canonicalJson(manifest), records.length);
  });

  after(async () => {
    await rm(home.root, { recursive: true, force: true });
  });

  it('uses the stored bars before the end of the run and no others', async () => {
    const table = await loadFeatureTable(home, ingest, config, 'real');
    expect(table).to.deep.equal(buildFeatureTable(used, config, { slots }));
    expect(table.symbols.every(({ time }) => (time.at(-1) ?? 0) < startOfDate(config.to))).to.equal(true);
    expect(table.symbols[0]?.time).to.have.length(131);
  });

  it('resamples the used bars for the placebo', async () => {
    const table = await loadFeatureTable(home, ingest, config, 'placebo');
    expect(table).to.deep.equal(
      buildFeatureTable(
        used.map((series) => placeboSeries(series, 7, config)),
        config,
        { slots },
      ),
    );
  });

  it('takes members and sessions outside of the calendar from the manifest', async () => {
    const early = [syntheticSeries('ALPHA', 200), syntheticSeries('BETA', 200)].map((series) => ({
      ...series,
      // From Monday 2018-01-01 on, when the calendar had not begun.
      time: series.time.map((_, bar) => startOfDate('2018-01-01') + bar * 1440),
    }));
    const days = early[0]?.time ?? new Int32Array(0);
    const observedSessions = [...days].filter((_, bar) => bar % 7 < 5).map((at) => isoDate(at / 1440));
    const membership = [{ from: '2018-03-01', to: '2018-04-01' }];
    const records = await Promise.all(
      early.map(async (series) => ({
        ...recordOf(series, await writeSeries(home, series)),
        ...(series.symbol === 'BETA' ? { membership } : {}),
      })),
    );
    const manifest: IngestManifest = {
      source: 'csv',
      interval: '1day',
      series: records,
      observedSessions,
      digest: '',
    };
    const ref = await writeRef(home, home.ingest('early'), canonicalJson(manifest), records.length);
    const table = await loadFeatureTable(home, ref, { ...config, to: '2018-12-31' }, 'real');
    const [alpha, beta] = table.symbols;
    // The label of a Monday is that of the next Monday, five sessions later; a Saturday has none.
    expect(alpha?.resolvedAt[0]).to.equal(days[7]);
    expect(alpha?.resolvedAt[5]).to.equal(UNRESOLVED);
    expect(alpha?.member.every((member) => member === 1)).to.equal(true);
    const during = [...(beta?.time ?? [])].filter((_, row) => beta?.member[row] === 1);
    expect(
      during.map((at) => isoDate(at / 1440)).filter((_, at, all) => at % (all.length - 1) === 0),
    ).to.deep.equal(['2018-03-01', '2018-03-31']);
  });

  it('rejects a manifest that is not the one recorded', async () => {
    const forged = { ...ingest, sha256: '0'.repeat(64) };
    const error = await loadFeatureTable(home, forged, config, 'real').catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(GurukulError).with.property('type', 'ChecksumMismatch');
    const other = await writeRef(home, path.join(home.root, 'other.json'), '{"series": 1}', 1);
    const damaged = await loadFeatureTable(home, other, config, 'real').catch((thrown: unknown) => thrown);
    expect(damaged)
      .to.be.instanceOf(GurukulError)
      .with.property('message')
      .that.matches(/other\.json/);
  });
});
