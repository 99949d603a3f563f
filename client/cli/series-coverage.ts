import type { IngestManifestWithSeries } from '../../activities/ingest/ingest-in-memory.js';
import type { SeriesCoverage } from '../../activities/plan/windows.js';
import type { UniverseMember } from '../../data/schemas/universe.js';

/** What an ingest in memory has of every symbol, for the plan. */
export function seriesCoverage(
  { series, bars }: IngestManifestWithSeries,
  members: readonly UniverseMember[],
): Map<string, SeriesCoverage> {
  const listed = new Map(members.map(({ symbol, listingDate }) => [symbol, listingDate]));
  return new Map(
    series.map(({ symbol, status, reason, error, membership }) => [
      symbol,
      {
        status,
        reason,
        error,
        time: bars.get(symbol)?.time ?? new Int32Array(0),
        listed: listed.get(symbol) ?? null,
        membership,
      },
    ]),
  );
}
