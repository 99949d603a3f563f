import { verdictText } from '../../activities/ingest/coverage.js';
import type { IngestManifestWithSeries } from '../../activities/ingest/ingest-in-memory.js';
import type { Coverage } from '../../data/schemas/coverage.js';
import type { Finding } from '../../data/schemas/ingest.js';
import { formatReasons, plural, renderTable } from './format.js';

/** Findings told in full before the rest is only counted. */
const TOLD = 20;

/** What `ingest --verify` prints: a row a symbol, then what was noticed, file and line included. */
export function describeCoverage(manifest: IngestManifestWithSeries): string {
  const { coverage } = manifest;
  const rows = coverage.symbols.map((row) => [
    row.symbol,
    row.status,
    row.first ?? '',
    row.last ?? '',
    row.bars,
    row.missing,
    row.actions,
    row.digest?.slice(0, 12) ?? '',
    verdictText(row),
  ]);
  const statuses: Record<string, number> = {};
  for (const { status } of coverage.symbols) statuses[status] = (statuses[status] ?? 0) + 1;
  const findings = allFindings(manifest)
    .filter(({ severity }) => severity !== 'info')
    .map(({ severity, symbol, message }) => `${severity}  ${symbol}: ${message}`);
  const more = findings.length - TOLD;
  const until = coverage.until === coverage.to ? '' : `; nothing from ${coverage.until} on is used`;
  return [
    renderTable(
      ['symbol', 'status', 'first', 'last', 'bars', 'missing', 'actions', 'series', 'verdict'],
      rows,
    ),
    '',
    `${plural(coverage.symbols.length, 'symbol')}: ${formatReasons(statuses)}`,
    `source ${coverage.source}, ${coverage.interval} bars; last complete session ${coverage.lastSession ?? 'none'}${until}`,
    `digest of all series: ${manifest.digest}`,
    ...coverage.gates.map(({ severity, message }) => `${severity}  ${message}`),
    ...(findings.length === 0 ? [] : ['', ...findings.slice(0, TOLD)]),
    ...(more > 0 ? [`and ${plural(more, 'finding')} more: see --json`] : []),
  ].join('\n');
}

/** The symbols that a gate stops, each with why, after an ingest that says how many they are. */
export function stoppedLines({ symbols }: Coverage): string[] {
  const stopped = symbols.filter(({ verdict }) => verdict === 'stopped');
  const more = stopped.length - TOLD;
  return [
    ...stopped.slice(0, TOLD).map((row) => `${row.symbol} ${verdictText(row)}`),
    ...(more > 0 ? [`and ${plural(more, 'symbol')} more: see the coverage`] : []),
  ];
}

/** Every finding with its symbol. */
export function allFindings({ series }: IngestManifestWithSeries): (Finding & { readonly symbol: string })[] {
  return series.flatMap(({ symbol, findings }) => findings.map((finding) => ({ symbol, ...finding })));
}
