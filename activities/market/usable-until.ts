import type { IngestManifest } from '../../data/schemas/ingest.js';

/** End of a run's data, ISO, exclusive: the requested end, or the day after the last complete session if that is earlier. */
export function usableUntil({ coverage }: IngestManifest, to: string): string {
  return coverage !== undefined && coverage.until < to ? coverage.until : to;
}
