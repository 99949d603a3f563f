import type { ActionCoverage } from '../../data/actions/action-coverage.js';
import { actionRule } from '../../data/bars/settle-actions.js';
import type { Calendar } from '../../data/calendar/calendar.js';
import { extendCalendar } from '../../data/calendar/calendar.js';
import { GurukulError } from '../../data/errors.js';
import type { Coverage } from '../../data/schemas/coverage.js';
import type { Finding, IngestManifest, MembershipSpan, SeriesRecord } from '../../data/schemas/ingest.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import { canonicalJson, sha256 } from '../../data/store/digests.js';
import { isMember } from '../../data/universe/membership.js';
import { actionsGate } from './actions-gate.js';
import { coverageOf } from './coverage.js';
import { observedGate } from './observed-sessions.js';
import { settleSmallActions } from './settle-small-actions.js';
import type { DailyCloses, SeriesDays } from './twins.js';
import { findTwins } from './twins.js';
import type { Listing } from './universe-gates.js';
import { checkUniverse } from './universe-gates.js';

/** What a manifest is made with beside the bars. */
export interface ManifestDeps {
  readonly calendar: Calendar;
  /** By symbol. */
  readonly listings: ReadonlyMap<string, Listing>;
  /** For which days the project's list of corporate actions is complete, by symbol. */
  readonly checkedActions: ReadonlyMap<string, ActionCoverage>;
  /** When a symbol was a member of the universe; undefined: at every date. */
  readonly membershipOf: (symbol: string) => readonly MembershipSpan[] | undefined;
  /** The industry of a symbol's company; undefined: unknown. */
  readonly sectorOf: (symbol: string) => string | undefined;
  /** About the universe as a whole. */
  readonly findings: readonly Finding[];
}

/**
 * The manifest of an ingest: records sorted by symbol, equal series and twins refused, symbols compared
 * with each other, one digest over all, and the coverage.
 *
 * @param records One a symbol, in any order.
 * @param closes Days of those whose status is `ok`, in any order.
 * @param observed Sessions outside of the calendar's years, ISO, ascending.
 */
export function ingestManifestOf(
  records: readonly SeriesRecord[],
  closes: readonly SeriesDays[],
  config: Pick<RunConfig, 'source' | 'interval' | 'adjust' | 'from' | 'to' | 'completeUntil'>,
  { calendar: years, listings, checkedActions, membershipOf, sectorOf, findings }: ManifestDeps,
  observed: readonly string[],
): IngestManifest & { readonly coverage: Coverage } {
  const { source, interval } = config;
  const calendar = extendCalendar(years, observed);
  const sorted = [...records].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
  const settled = settleSmallActions(sorted, closes, calendar, actionRule(config));
  const untwinned = refuseTwins(refuseEqualSeries(settled), closes);
  const used = new Set(untwinned.filter(({ status }) => status === 'ok').map(({ symbol }) => symbol));
  const gates = checkUniverse(
    closes.filter(({ symbol }) => used.has(symbol)),
    listings,
    { calendar, interval, to: config.to, completeUntil: config.completeUntil },
  );
  const series = untwinned.map(({ membership: _kept, sector: _known, ...record }) => {
    const membership = membershipOf(record.symbol);
    const sector = sectorOf(record.symbol);
    return {
      ...record,
      ...(membership === undefined ? {} : { membership: [...membership] }),
      ...(sector === undefined ? {} : { sector }),
      findings: [
        ...record.findings,
        ...(gates.bySymbol.get(record.symbol) ?? []).map((finding) =>
          expectedEnd(finding, membership, gates.lastSession),
        ),
      ],
    };
  });
  const digest = sha256(
    canonicalJson([
      ...series.map(({ symbol, status, ref, corporateActions, membership, sector }) => ({
        symbol,
        status,
        sha256: ref?.sha256 ?? null,
        actions: corporateActions ?? [],
        ...(membership === undefined ? {} : { membership }),
        ...(sector === undefined ? {} : { sector }),
      })),
      ...(observed.length === 0 ? [] : [{ observedSessions: observed }]),
    ]),
  );
  const manifest = {
    source,
    interval,
    series,
    digest,
    ...(observed.length === 0 ? {} : { observedSessions: [...observed] }),
  };
  const unverified = actionsGate(series, checkedActions, config);
  const all = [
    ...findings,
    ...gates.gates,
    ...observedGate(observed, years),
    ...(unverified === undefined ? [] : [unverified]),
  ];
  return { ...manifest, coverage: coverageOf(manifest, closes, { ...gates, gates: all }, config, calendar) };
}

/** A share that left the index may leave the exchange too: its end is no doubt about its bars. */
function expectedEnd(
  finding: Finding,
  membership: readonly MembershipSpan[] | undefined,
  lastSession: string | null,
): Finding {
  const left = lastSession !== null && !isMember(membership, lastSession);
  return left && finding.code === 'ends_early' ? { ...finding, severity: 'info' } : finding;
}

/**
 * Stops a run on bars that a gate refuses as a whole.
 *
 * @param report Where the coverage can be read.
 * @throws GurukulError DataGap
 */
export function requireUsable({ coverage }: IngestManifest, report: string): void {
  const errors = (coverage?.gates ?? []).filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  const messages = errors.map(({ message }) => message).join('; ');
  throw new GurukulError('DataGap', `the bars cannot be used: ${messages} (see ${report})`);
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
 * Two symbols with the same bars: one of them holds another company's, and nobody knows which. The text of
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
