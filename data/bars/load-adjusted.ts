import { adjustSeries } from '../corporate-actions.js';
import type { FileRef } from '../schemas/file-ref.js';
import type { IngestManifest, SeriesRecord } from '../schemas/ingest.js';
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
  for (const record of usableRecords(manifest)) loaded.push(await loadAdjusted(home, manifest, record));
  return loaded;
}

/** The record of a series that has bars which may be used. */
export type UsableRecord = SeriesRecord & { readonly ref: FileRef };

/** Records of the series that features may use, sorted by symbol. */
export function usableRecords({ series }: IngestManifest): UsableRecord[] {
  return series
    .flatMap((record) =>
      record.status === 'ok' && record.ref !== null ? [{ ...record, ref: record.ref }] : [],
    )
    .sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
}

/** One of these series. @throws GurukulError ChecksumMismatch when it is missing or changed. */
export async function loadAdjusted(
  home: Home,
  { interval }: Pick<IngestManifest, 'interval'>,
  { ref, symbol, corporateActions }: UsableRecord,
): Promise<BarSeries> {
  return adjustSeries(await readSeries(home, ref, symbol, interval), corporateActions ?? []);
}
