import { readSeries } from '../../data/bars/bar-store.js';
import type { BarSeries } from '../../data/bars/series.js';
import type { IngestManifest, SeriesRecord } from '../../data/schemas/ingest.js';
import type { Universe } from '../../data/schemas/universe.js';
import type { Home } from '../../data/store/home.js';
import type { SeriesCoverage } from './windows.js';

const NO_BARS = new Int32Array(0);

/**
 * Coverage of every symbol by an ingest, for the plan. Reads the stored series and checks their digests.
 *
 * @param look Called with every used series, unadjusted, in the order of the symbols, so that series are read
 * only once.
 */
export async function coverageFromStore(
  home: Home,
  manifest: IngestManifest,
  universe: Universe,
  look: (series: BarSeries, record: SeriesRecord) => void = () => undefined,
): Promise<Map<string, SeriesCoverage>> {
  const coverage = new Map<string, SeriesCoverage>();
  for (const record of manifest.series) {
    const { symbol, status, reason, error, ref, membership } = record;
    const series = ref === null ? undefined : await readSeries(home, ref, symbol, manifest.interval);
    if (series !== undefined && status === 'ok') look(series, record);
    const time = series?.time ?? NO_BARS;
    const listed = listingDate(universe, symbol);
    coverage.set(symbol, { status, reason, error, time, listed, membership });
  }
  return coverage;
}

function listingDate(universe: Universe, symbol: string): string | null {
  return universe.members.find((member) => member.symbol === symbol)?.listingDate ?? null;
}
