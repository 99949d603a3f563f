import type { FileRef } from '../schemas/file-ref.js';
import type { IngestManifest, SeriesRecord } from '../schemas/ingest.js';
import type { Home } from '../store/home.js';
import { adjustSeries } from './adjust-series.js';
import { readSeries } from './bar-store.js';
import type { BarSeries } from './series.js';

/**
 * Loads the series of a run as features need them: every series with status `ok`, sorted by symbol, checked against
 * its digest and adjusted for the corporate actions in its record. Only the manifest and the store are needed, so an
 * old run reads the same bars even if the reference files have changed.
 *
 * @throws GurukulError ChecksumMismatch when a stored series is missing or has changed.
 */
export async function loadAdjustedSeries(home: Home, manifest: IngestManifest): Promise<BarSeries[]> {
  const loaded: BarSeries[] = [];
  for (const record of usableRecords(manifest)) loaded.push(await loadAdjusted(home, manifest, record));
  return loaded;
}

/** The record of a series whose bars may be used. */
export type UsableRecord = SeriesRecord & { readonly ref: FileRef };

/** The records of the series that features may use, sorted by symbol. */
export function usableRecords({ series }: IngestManifest): UsableRecord[] {
  return series
    .flatMap((record) =>
      record.status === 'ok' && record.ref !== null ? [{ ...record, ref: record.ref }] : [],
    )
    .sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
}

/** Loads one of these series. @throws GurukulError ChecksumMismatch when it is missing or has changed. */
export async function loadAdjusted(
  home: Home,
  { interval }: Pick<IngestManifest, 'interval'>,
  { ref, symbol, corporateActions }: UsableRecord,
): Promise<BarSeries> {
  return adjustSeries(await readSeries(home, ref, symbol, interval), corporateActions ?? []);
}
