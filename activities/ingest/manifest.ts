import type { Finding, IngestManifest, SeriesRecord } from '../../data/schemas/ingest.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import { canonicalJson, sha256 } from '../../data/store/files.js';
import type { DailyCloses } from './twins.js';
import { findTwins } from './twins.js';

/**
 * The manifest of an ingest: records sorted by symbol, equal series and twins refused, one digest over all.
 *
 * @param records One a symbol, in any order.
 * @param closes Daily closes of those whose status is `ok`, in any order.
 */
export function ingestManifestOf(
  records: readonly SeriesRecord[],
  closes: readonly DailyCloses[],
  { source, interval }: Pick<RunConfig, 'source' | 'interval'>,
): IngestManifest {
  const sorted = [...records].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
  const series = refuseTwins(refuseEqualSeries(sorted), closes);
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
    return refuse(record, 'equal_series', message);
  });
}

/** Two symbols whose prices move as one: another vendor's copy of one company, rounded or cut otherwise. */
function refuseTwins(series: readonly SeriesRecord[], closes: readonly DailyCloses[]): SeriesRecord[] {
  const used = new Set(series.filter(({ status }) => status === 'ok').map(({ symbol }) => symbol));
  const twins = findTwins(closes.filter(({ symbol }) => used.has(symbol)));
  return series.map((record) => {
    const others = twins.flatMap(({ symbols: [a, b], correlation, days }) => {
      const other = record.symbol === a ? b : record.symbol === b ? a : undefined;
      return other === undefined ? [] : [`${other} (correlation ${correlation.toFixed(4)}, ${days} days)`];
    });
    if (others.length === 0) return record;
    const message = `${record.symbol} moves as one with ${others.join(', ')}: one of them holds another company's bars`;
    return refuse(record, 'twin_series', message);
  });
}

function refuse(record: SeriesRecord, code: string, message: string): SeriesRecord {
  const finding: Finding = { severity: 'error', code, message };
  return {
    ...record,
    status: 'refused',
    reason: message,
    error: 'WrongTicker',
    findings: [...record.findings, finding],
  };
}
