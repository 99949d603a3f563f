import type { Calendar } from '../../data/calendar.js';
import type { IngestManifest, SeriesRecord } from '../../data/schemas/ingest.js';
import { dayNumber } from '../../data/time/dates.js';

/** What an ingest has of one symbol: a row of `gurukul ingest --verify`. */
export interface CoverageRow {
  readonly symbol: string;
  readonly status: SeriesRecord['status'];
  /** First and last day with bars, ISO. */
  readonly first: string | null;
  readonly last: string | null;
  readonly bars: number;
  /** Sessions of the calendar from first to last day. */
  readonly expected: number;
  /** Those of them without a bar. */
  readonly missing: number;
  /** Corporate actions between first and last bar. */
  readonly actions: number;
  /** Findings by severity. */
  readonly findings: { readonly error: number; readonly warning: number; readonly info: number };
  /** In words: `complete`, `12 sessions missing`, `no bars`, or why the symbol is not used. */
  readonly verdict: string;
  /** SHA-256 of the stored series. */
  readonly digest: string | null;
}

/** Coverage of every symbol of a manifest, in its order. */
export function coverageOf(manifest: IngestManifest, calendar: Calendar): CoverageRow[] {
  return manifest.series.map((record) => {
    const { symbol, status, first, last, bars, missingSessions, actions, findings, ref } = record;
    const count = (severity: 'error' | 'warning' | 'info'): number =>
      findings.filter((finding) => finding.severity === severity).length;
    return {
      symbol,
      status,
      first,
      last,
      bars,
      expected:
        first === null || last === null
          ? 0
          : calendar.sessionsBetween(dayNumber(first), dayNumber(last) + 1).length,
      missing: missingSessions,
      actions,
      findings: { error: count('error'), warning: count('warning'), info: count('info') },
      verdict: verdictOf(record),
      digest: ref?.sha256 ?? null,
    };
  });
}

function verdictOf({ status, reason, missingSessions, findings }: SeriesRecord): string {
  switch (status) {
    case 'ok':
      return missingSessions === 0 ? 'complete' : `${missingSessions} sessions missing`;
    case 'no_bars':
      return findings[0]?.message ?? 'no bars';
    case 'excluded':
    case 'refused':
      return `${status}: ${reason ?? 'no reason given'}`;
  }
}
