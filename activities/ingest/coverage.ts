import type { Calendar } from '../../data/calendar/calendar.js';
import type { Coverage, CoverageRow } from '../../data/schemas/coverage.js';
import type { Finding, IngestManifest, SeriesRecord } from '../../data/schemas/ingest.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import { dayNumber, isoDate } from '../../data/time/dates.js';
import { findingCount } from '../../data/bars/findings.js';
import { daySet } from './day-set.js';
import { memberSessionsOf } from './member-sessions.js';
import type { SeriesDays } from './twins.js';
import type { UniverseGates } from './universe-gates.js';

/**
 * What an ingest has of every symbol and what the gates say, in words that depend on the bars alone: the
 * findings' messages, which name files and lines, stay in the manifest.
 *
 * @param days Days of the symbols that have bars, used or not.
 */
export function coverageOf(
  manifest: Omit<IngestManifest, 'coverage'>,
  days: readonly SeriesDays[],
  gates: UniverseGates,
  config: Pick<RunConfig, 'adjust' | 'from' | 'to'>,
  calendar: Calendar,
): Coverage {
  const bySymbol = new Map(days.map((one) => [one.symbol, one]));
  const firsts = manifest.series.flatMap(({ first }) => (first === null ? [] : [first])).sort();
  const lasts = manifest.series.flatMap(({ last }) => (last === null ? [] : [last])).sort();
  const months = monthsBetween(firsts[0] ?? null, lasts.at(-1) ?? null);
  const sessions = months.map((month) => sessionsOf(month, calendar));
  const { from } = config;
  const { until } = gates;
  const members = memberSessionsOf(manifest.series, days, { from, until }, calendar);
  return {
    source: manifest.source,
    interval: manifest.interval,
    adjust: config.adjust,
    from,
    to: config.to,
    until,
    lastSession: gates.lastSession,
    digest: manifest.digest,
    gates: gates.gates.map(({ severity, code, message }) => ({ code, severity, count: 1, message })),
    symbols: manifest.series.map((record) =>
      rowOf(record, monthShares(bySymbol.get(record.symbol), sessions), calendar),
    ),
    ...(members === undefined ? {} : { members }),
    firstMonth: months[0] ?? null,
    days: [...gates.days],
  };
}

function rowOf(record: SeriesRecord, months: CoverageRow['months'], calendar: Calendar): CoverageRow {
  const { symbol, status, first, last, bars, missingSessions, actions, ref } = record;
  const sessions =
    first === null || last === null
      ? 0
      : calendar.sessionsBetween(dayNumber(first), dayNumber(last) + 1).length;
  return {
    symbol,
    status,
    first,
    last,
    bars,
    sessions,
    missing: missingSessions,
    actions,
    digest: ref?.sha256 ?? null,
    verdict: verdictOf(record),
    exclusion: status === 'excluded' ? record.reason : null,
    reasons: reasonsOf(record.findings),
    months,
  };
}

function verdictOf({ status, missingSessions, findings }: SeriesRecord): CoverageRow['verdict'] {
  if (status === 'no_bars') return 'no bars';
  if (status === 'excluded') return 'excluded';
  if (status === 'refused') return 'stopped';
  if (findings.some(({ severity }) => severity === 'warning')) return 'doubtful';
  return missingSessions === 0 && findings.every(({ code }) => code !== 'thin_sessions')
    ? 'complete'
    : 'usable';
}

/** One entry a code, the worst first; a message that counts the rest of its code counts as them. */
function reasonsOf(findings: readonly Finding[]): CoverageRow['reasons'] {
  const reasons = new Map<string, CoverageRow['reasons'][number]>();
  for (const { code, severity, message } of findings) {
    const more = findingCount(message);
    const known = reasons.get(`${severity} ${code}`);
    reasons.set(`${severity} ${code}`, { code, severity, count: (known?.count ?? 0) + more });
  }
  const rank = { error: 0, warning: 1, info: 2 };
  return [...reasons.values()].sort(
    (a, b) => rank[a.severity] - rank[b.severity] || (a.code < b.code ? -1 : 1),
  );
}

function monthsBetween(first: string | null, last: string | null): string[] {
  const months: string[] = [];
  if (first === null || last === null) return months;
  for (let day = dayNumber(`${first.slice(0, 7)}-01`); day <= dayNumber(last); day += 32) {
    const month = isoDate(day).slice(0, 7);
    months.push(month);
    day = dayNumber(`${month}-01`);
  }
  return months;
}

function monthShares(days: SeriesDays | undefined, months: readonly Int32Array[]): CoverageRow['months'] {
  // What a gate has stopped is not stored, so its days are not known.
  if (days === undefined) return [];
  const present = daySet(days.day);
  return months.map((sessions) => {
    if (sessions.length === 0) return null;
    let there = 0;
    for (const day of sessions) if (present.has(day)) there += 1;
    return Math.round((1000 * there) / sessions.length) / 1000;
  });
}

function sessionsOf(month: string, calendar: Calendar): Int32Array {
  const start = dayNumber(`${month}-01`);
  const next = dayNumber(`${isoDate(start + 32).slice(0, 7)}-01`);
  return calendar.sessionsBetween(start, next);
}
