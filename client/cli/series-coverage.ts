import type { IngestManifestWithSeries } from '../../activities/ingest/ingest-in-memory.js';
import type { SeriesCoverage } from '../../activities/plan/windows.js';
import type { Universe } from '../../data/schemas/universe.js';

/** What an ingest in memory has of every symbol, for the plan. */
export function seriesCoverage(
  { series, bars }: IngestManifestWithSeries,
  universe: Universe,
): Map<string, SeriesCoverage> {
  const listed = new Map(universe.members.map(({ symbol, listingDate }) => [symbol, listingDate]));
  return new Map(
    series.map(({ symbol, status, reason, error }) => [
      symbol,
      {
        status,
        reason,
        error,
        time: bars.get(symbol)?.time ?? new Int32Array(0),
        listed: listed.get(symbol) ?? null,
      },
    ]),
  );
}
