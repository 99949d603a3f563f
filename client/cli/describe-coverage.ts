import type { CoverageRow } from '../../activities/ingest/coverage.js';
import type { IngestManifest } from '../../data/schemas/ingest.js';
import { formatReasons, plural, renderTable } from './format.js';

/** Findings told in full before the rest is only counted. */
const TOLD = 20;

/** What `ingest --verify` prints: a row a symbol, then what was noticed. */
export function describeCoverage(coverage: readonly CoverageRow[], manifest: IngestManifest): string {
  const rows = coverage.map(({ symbol, status, first, last, bars, missing, actions, verdict }) => [
    symbol,
    status,
    first ?? '',
    last ?? '',
    bars,
    missing,
    actions,
    verdict,
  ]);
  const statuses: Record<string, number> = {};
  for (const { status } of coverage) statuses[status] = (statuses[status] ?? 0) + 1;
  const findings = manifest.series.flatMap(({ symbol, findings: found }) =>
    found
      .filter(({ severity }) => severity !== 'info')
      .map(({ severity, message }) => `${severity}  ${symbol}: ${message}`),
  );
  const more = findings.length - TOLD;
  return [
    renderTable(['symbol', 'status', 'first', 'last', 'bars', 'missing', 'actions', 'verdict'], rows),
    '',
    `${plural(coverage.length, 'symbol')}: ${formatReasons(statuses)}`,
    `digest of all series: ${manifest.digest}`,
    ...(findings.length === 0 ? [] : ['', ...findings.slice(0, TOLD)]),
    ...(more > 0 ? [`and ${plural(more, 'finding')} more: see --json`] : []),
  ].join('\n');
}
