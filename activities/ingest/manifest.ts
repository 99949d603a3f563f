import type { IngestManifest, SeriesRecord } from '../../data/schemas/ingest.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import { canonicalJson, sha256 } from '../../data/store/files.js';

/**
 * The manifest of an ingest: records sorted by symbol, equal series refused, one digest over all.
 *
 * @param records One a symbol, in any order.
 */
export function ingestManifestOf(
  records: readonly SeriesRecord[],
  { source, interval }: Pick<RunConfig, 'source' | 'interval'>,
): IngestManifest {
  const series = refuseEqualSeries([...records].sort((a, b) => (a.symbol < b.symbol ? -1 : 1)));
  const digest = sha256(
    canonicalJson(
      series.map(({ symbol, status, ref, corporateActions }) => ({
        symbol,
        status,
        sha256: ref?.sha256 ?? null,
        actions: corporateActions ?? [],
      })),
    ),
  );
  return { source, interval, series, digest };
}

/** How many records have each status. */
export function countStatuses(
  series: readonly SeriesRecord[],
): Partial<Record<SeriesRecord['status'], number>> {
  const counts: Partial<Record<SeriesRecord['status'], number>> = {};
  for (const { status } of series) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/**
 * Two symbols with the same bars: one of them holds another company's, and nothing tells which. The text of
 * a stored series does not name its symbol, so equal digests are equal bars.
 */
function refuseEqualSeries(series: readonly SeriesRecord[]): SeriesRecord[] {
  const symbolsOf = new Map<string, string[]>();
  for (const { ref, symbol } of series)
    if (ref !== null) symbolsOf.set(ref.sha256, [...(symbolsOf.get(ref.sha256) ?? []), symbol]);
  return series.map((record) => {
    const twins = (symbolsOf.get(record.ref?.sha256 ?? '') ?? []).filter(
      (symbol) => symbol !== record.symbol,
    );
    if (twins.length === 0) return record;
    const message = `${record.symbol} has the very same bars as ${twins.join(', ')}: one of them holds another company's`;
    return {
      ...record,
      status: 'refused',
      reason: message,
      error: 'WrongTicker',
      findings: [...record.findings, { severity: 'error', code: 'equal_series', message }],
    };
  });
}
