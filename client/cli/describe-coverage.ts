import { memberSessionsText, missingMembersText } from '../../activities/texts/member-sessions.js';
import { outcomeText } from '../../activities/texts/coverage/coverage-outcome.js';
import { findingText } from '../../data/bars/finding-texts.js';
import type { IngestManifestWithSeries } from '../../activities/ingest/ingest-in-memory.js';
import { findingRemedy } from '../../data/bars/remedies.js';
import type { Coverage } from '../../data/schemas/coverage.js';
import type { SymbolFinding } from './describe-findings.js';
import { errorsFirst, findingLines } from './describe-findings.js';
import { formatReasons, plural, renderTable } from './format.js';

/** Symbols that are listed before the rest is only counted. */
const LISTED = 20;

/** What `ingest --verify` prints: a row a symbol, then what was noticed, file and line included. */
export function describeCoverage(manifest: IngestManifestWithSeries): string[] {
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
    outcomeText(row),
  ]);
  const statuses: Record<string, number> = {};
  for (const { status } of coverage.symbols) statuses[status] = (statuses[status] ?? 0) + 1;
  const until = coverage.until === coverage.to ? '' : `; nothing from ${coverage.until} on is used`;
  return [
    ...renderTable(
      ['symbol', 'status', 'first', 'last', 'bars', 'missing', 'actions', 'series', 'outcome'],
      rows,
    ),
    '',
    `${plural(coverage.symbols.length, 'symbol')}: ${formatReasons(statuses)}`,
    `source ${coverage.source}, ${coverage.interval} bars; last complete session ${coverage.lastSession ?? 'none'}${until}`,
    `digest of all series: ${manifest.digest}`,
    ...fileLines(manifest.files),
    ...memberLines(coverage),
    ...(coverage.members === undefined ? withoutBarsLine(statuses['no_bars'] ?? 0) : []),
    ...errorsFirst(coverage.gates).flatMap(gateLines),
    ...findingLines(allFindings(manifest)),
  ];
}

function memberLines({ members }: Coverage): string[] {
  if (members === undefined) return [];
  const missing = missingMembersText(members);
  return [
    `point-in-time members: ${memberSessionsText(members)}`,
    ...(missing === '' ? [] : [`  without bars: ${missing}`]),
  ];
}

/** In which formats files were read, and which were not used. */
function fileLines(files: IngestManifestWithSeries['files']): string[] {
  if (files === undefined) return [];
  const { formats, unused } = files;
  const more = unused.length - LISTED;
  return [
    ...(formats.length === 0
      ? []
      : [`files: ${formats.map((one) => `${plural(one.files, 'file')} read as ${one.format}`).join(', ')}`]),
    ...(unused.length === 0 ? [] : [`${plural(unused.length, 'file')} not used:`]),
    ...unused.slice(0, LISTED).map(({ file, reason }) => `  ${file}: ${reason}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

function withoutBarsLine(symbols: number): string[] {
  if (symbols === 0) return [];
  return [
    `${plural(symbols, 'symbol')} of the universe without bars: skipped. Name those that you have: --symbols A,B or --universe FILE`,
  ];
}

/** What is said of the bars as a whole. */
function gateLines({ severity, code, message }: Coverage['gates'][number]): string[] {
  const remedy = severity === 'info' ? undefined : findingRemedy(code);
  return [`${severity}  ${message}`, ...(remedy === undefined ? [] : [`  Fix: ${remedy}`])];
}

/** The symbols that a gate stops, each with why, after an ingest that says how many they are. */
export function stoppedLines({ symbols }: Coverage): string[] {
  const stopped = symbols.filter(({ verdict }) => verdict === 'stopped');
  const more = stopped.length - LISTED;
  const codes = new Set(
    stopped.flatMap(({ reasons }) =>
      reasons.flatMap(({ code, severity }) => (severity === 'error' ? [code] : [])),
    ),
  );
  return [
    ...stopped.slice(0, LISTED).map((row) => `${row.symbol} ${outcomeText(row)}`),
    ...(more > 0 ? [`and ${plural(more, 'symbol')} more: see the coverage`] : []),
    ...[...codes].flatMap((code) => {
      const remedy = findingRemedy(code);
      return remedy === undefined ? [] : [`Fix (${findingText(code)}): ${remedy}`];
    }),
  ];
}

/** Every finding with its symbol, errors first. */
export function allFindings({ series }: Pick<IngestManifestWithSeries, 'series'>): SymbolFinding[] {
  return errorsFirst(
    series.flatMap(({ symbol, findings }) => findings.map((finding) => ({ symbol, ...finding }))),
  );
}
