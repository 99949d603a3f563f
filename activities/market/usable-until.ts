import type { IngestManifest } from '../../data/schemas/ingest.js';

/** First day that a run does not use, ISO: what was asked for, or the day after the last complete session. */
export function usableUntil({ coverage }: IngestManifest, to: string): string {
  return coverage !== undefined && coverage.until < to ? coverage.until : to;
}
