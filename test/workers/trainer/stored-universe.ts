import type { TrainingConfig } from '../../../data/schemas/training-config.js';
import { writeSeries } from '../../../data/bars/bar-store.js';
import type { FileRef } from '../../../data/schemas/file-ref.js';
import type { IngestManifest, SeriesRecord } from '../../../data/schemas/ingest.js';
import { canonicalJson } from '../../../data/store/digests.js';
import { writeRef } from '../../../data/store/file-refs.js';
import type { Home } from '../../../data/store/home.js';
import { syntheticSeries } from '../../activities/market/synthetic-market.js';

export const SYMBOLS = ['ALPHA', 'BETA', 'DELTA', 'GAMMA'];
export const COHORT = { id: '2021-09-01_to_2022-02-28', start: '2021-09-01', end: '2022-02-28' };

export const CONFIG: TrainingConfig = {
  runId: 'r',
  from: '2021-09-01',
  to: '2022-08-27',
  interval: '1day',
  windowDays: 180,
  label: 'horizon',
  horizon: 5,
  threshold: 0.02,
  entry: 'close',
  seed: 7,
};

/** Stores bars of a small universe and its ingest manifest. */
export async function storeUniverse(home: Home): Promise<FileRef> {
  const records: SeriesRecord[] = [];
  for (const symbol of SYMBOLS) {
    const series = syntheticSeries(symbol, 600);
    records.push({
      symbol,
      status: 'ok',
      reason: null,
      error: null,
      ref: await writeSeries(home, series),
      first: '2021-01-04',
      last: '2022-08-26',
      bars: series.time.length,
      missingSessions: 0,
      actions: 0,
      findings: [],
    });
  }
  const manifest: IngestManifest = { source: 'csv', interval: '1day', series: records, digest: '' };
  return writeRef(home, home.ingest(CONFIG.runId), canonicalJson(manifest), records.length);
}
