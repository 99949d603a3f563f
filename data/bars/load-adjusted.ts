import { adjustSeries } from '../corporate-actions.js';
import type { IngestManifest } from '../schemas/ingest.js';
import type { Home } from '../store/home.js';
import { readSeries } from './bar-store.js';
import type { BarSeries } from './series.js';

/**
 * The series of a run as features need them: every one whose status is `ok`, sorted by symbol, checked
 * against its digest and adjusted by the corporate actions that its record names. The manifest is all
 * that is needed besides the store, so an old run reads the same whatever the reference files say today.
 *
 * @throws GurukulError ChecksumMismatch when a stored series is missing or changed.
 */
export async function loadAdjustedSeries(home: Home, manifest: IngestManifest): Promise<BarSeries[]> {
  const loaded: BarSeries[] = [];
  for (const record of manifest.series) {
    if (record.status !== 'ok' || record.ref === null) continue;
    const series = await readSeries(home, record.ref, record.symbol, manifest.interval);
    loaded.push(adjustSeries(series, record.corporateActions ?? []));
  }
  return loaded.sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
}
