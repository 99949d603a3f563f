import type { JudgedSeries } from '../../data/bars/judge-series.js';
import { judgeSeries } from '../../data/bars/judge-series.js';
import type { BarSeries } from '../../data/bars/series.js';
import type { ActionRule } from '../../data/bars/settle-actions.js';
import type { Calendar } from '../../data/calendar/calendar.js';
import type { ErrorType } from '../../data/errors.js';
import type { DayRange } from '../../data/schemas/day-range.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { Finding, SeriesRecord } from '../../data/schemas/ingest.js';
import type { UniverseMember } from '../../data/schemas/universe.js';
import type { BarReader, BarSource, SourceBars } from '../../data/sources/source.js';
import { dayOfMinutes, isoDate } from '../../data/time/dates.js';
import { offEventLoop } from '../../data/event-loop.js';
import { crossCheck } from './cross-check.js';

/** What one symbol is read with. */
export interface IngestSeriesDeps {
  readonly source: BarSource;
  readonly calendar: Calendar;
  /** The days that the run reads: no other bar is judged or kept. */
  readonly days: DayRange;
  /** Which corporate actions are applied. */
  readonly rule: ActionRule;
  /** Another source of the same symbols, to compare with. */
  readonly second: BarReader | null;
  /** Keeps the series, or only says how it would be kept. */
  readonly store: (series: BarSeries) => Promise<FileRef>;
}

/** A record and, where its status is `ok`, the series as traded. */
export interface IngestedSeries {
  readonly record: SeriesRecord;
  readonly series: BarSeries | null;
  /** The files that it was read from, where the source says. */
  readonly read?: SourceBars['read'];
}

/** Findings that are another error than `BadSchema`. */
const ERROR_OF: Readonly<Record<string, ErrorType>> = {
  wrong_symbol: 'WrongTicker',
  not_fetched: 'ProviderDown',
  no_provider_code: 'InvalidInput',
  sources_disagree: 'WrongTicker',
};

/**
 * Reads one symbol from its source, leaves out what is no bar of a session of the run, checks the rest and keeps it.
 * A series with an error is refused and stands in the record as such; it never ends the ingest of the others. A
 * symbol that the universe excludes is asked for all the same, and used when there are bars after all.
 *
 * @throws GurukulError for what is wrong with the source as a whole, or when the store does not take it.
 */
export async function ingestSeries(member: UniverseMember, deps: IngestSeriesDeps): Promise<IngestedSeries> {
  offEventLoop('ingestSeries');
  const read = await deps.source.read(member.symbol);
  return { ...(await ingestBars(read, member, deps)), read: read.read };
}

async function ingestBars(
  read: SourceBars,
  member: UniverseMember,
  deps: IngestSeriesDeps,
): Promise<IngestedSeries> {
  const { symbol, exclusion } = member;
  const judged = read.series === null ? undefined : judge(read.series, member, read, deps);
  const findings = [...read.findings, ...(judged?.findings ?? [])];
  const series = judged?.series ?? null;
  if (judged === undefined || series === null) return { record: recordWithoutBars(member, findings), series };

  if (exclusion !== null) {
    const message = `${symbol}: the universe excludes it (${exclusion.reason}), but the source has its bars: they are used`;
    findings.push({ severity: 'info', code: 'exclusion_lifted', message });
  }
  if (deps.second !== null && refusalOf(findings) === undefined)
    findings.push(...(await crossCheck(series, deps.second)));
  const { applied, unsettled, missingSessions } = judged;
  const record: SeriesRecord = {
    ...emptyRecord(symbol),
    status: 'ok',
    first: dayOfBar(series, 0),
    last: dayOfBar(series, series.time.length - 1),
    bars: series.time.length,
    missingSessions,
    actions: applied.length,
    findings,
  };
  const refusal = refusalOf(findings);
  if (refusal !== undefined) return { record: { ...record, ...refusal }, series: null };
  return {
    record: {
      ...record,
      ref: await deps.store(series),
      corporateActions: [...applied],
      ...(unsettled.length === 0 ? {} : { unsettledActions: [...unsettled] }),
    },
    series,
  };
}

function judge(
  series: BarSeries,
  { symbol, listingDate }: UniverseMember,
  { place }: SourceBars,
  { source, calendar, days, rule }: IngestSeriesDeps,
): JudgedSeries {
  const context = { calendar, days, rule, listingDate, actions: source.actions(symbol) };
  return judgeSeries(series, place === undefined ? context : { ...context, place });
}

function recordWithoutBars(
  { symbol, exclusion }: UniverseMember,
  findings: readonly Finding[],
): SeriesRecord {
  // A source that has bars of other days only is no source without bars.
  const reason = findings.find(({ code }) => code === 'outside_range')?.message ?? null;
  const empty = { ...emptyRecord(symbol), reason, findings: [...findings] };
  const refusal = refusalOf(findings);
  if (refusal !== undefined) return { ...empty, ...refusal };
  return exclusion === null ? empty : { ...empty, status: 'excluded', reason: exclusion.reason };
}

function emptyRecord(symbol: string): SeriesRecord {
  return {
    symbol,
    status: 'no_bars',
    reason: null,
    error: null,
    ref: null,
    first: null,
    last: null,
    bars: 0,
    missingSessions: 0,
    actions: 0,
    findings: [],
  };
}

/** How a series with an error among its findings is recorded. */
export function refusalOf(
  findings: readonly Finding[],
): Pick<SeriesRecord, 'status' | 'reason' | 'error'> | undefined {
  const error = findings.find(({ severity }) => severity === 'error');
  if (error === undefined) return undefined;
  return { status: 'refused', reason: error.message, error: ERROR_OF[error.code] ?? 'BadSchema' };
}

function dayOfBar(series: BarSeries, bar: number): string {
  return isoDate(dayOfMinutes(series.time[bar] ?? 0));
}
