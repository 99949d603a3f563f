import { findingList } from '../../data/bars/findings.js';
import type { BarSeries } from '../../data/bars/series.js';
import { pickBars } from '../../data/bars/series.js';
import type { Calendar } from '../../data/calendar/calendar.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { Finding, SeriesRecord } from '../../data/schemas/ingest.js';
import { dayOfMinutes, isoDate } from '../../data/time/dates.js';
import type { SeriesDays } from './twins.js';
import { dailyCloses } from './twins.js';

/** Share of the symbols that must have a day outside of the calendar's years before it counts as a session. */
const SESSION_SHARE = 0.5;
/** A symbol has a vote for so many days after its last bar: one that goes on alone makes no session. */
const VOTE_DAYS = 14;

/** How a series is read and kept again. */
export interface SeriesAccess {
  readonly read: (record: SeriesRecord & { readonly ref: FileRef }) => Promise<BarSeries>;
  readonly store: (series: BarSeries) => Promise<FileRef>;
}

/** An ingest with nothing but sessions. */
export interface OnlySessions {
  readonly records: readonly SeriesRecord[];
  readonly days: readonly SeriesDays[];
  /** Days outside of the calendar's years that count as sessions, ISO, ascending. */
  readonly observed: readonly string[];
}

/**
 * Decides on the days that the calendar does not cover: a day that half of the symbols have which trade at that
 * time is a session; bars of other days are left out.
 *
 * @param days Of the symbols that are used.
 */
export async function keepObservedSessions(
  records: readonly SeriesRecord[],
  days: readonly SeriesDays[],
  calendar: Calendar,
  { read, store }: SeriesAccess,
): Promise<OnlySessions> {
  const isUnknown = (day: number): boolean => day < calendar.from || day >= calendar.to;
  const observed = observedDays(days, isUnknown);
  if (observed === undefined) return { records, days, observed: [] };
  const isSession = (day: number): boolean => !isUnknown(day) || observed.has(day);
  const bySymbol = new Map(days.map((one) => [one.symbol, one]));
  const kept: SeriesRecord[] = [];
  for (const record of records) {
    const own = bySymbol.get(record.symbol);
    const { ref } = record;
    if (own === undefined || ref === null) {
      kept.push(record);
      continue;
    }
    const closed = own.day.filter((day) => !isSession(day));
    const series = closed.length === 0 ? undefined : withoutDays(await read({ ...record, ref }), isSession);
    const stored = series === undefined || series.time.length === 0 ? undefined : series;
    if (stored !== undefined) bySymbol.set(record.symbol, dailyCloses(stored));
    else if (series !== undefined) bySymbol.delete(record.symbol);
    kept.push({
      ...(series === undefined
        ? record
        : stored === undefined
          ? { ...record, ...NOTHING_LEFT }
          : { ...record, ...endsOf(stored), ref: await store(stored), bars: stored.time.length }),
      missingSessions: record.missingSessions + missingOf(bySymbol.get(record.symbol), observed),
      findings: [...record.findings, ...leftOut(record.symbol, closed)],
    });
  }
  return {
    records: kept,
    days: days.flatMap(({ symbol }) => bySymbol.get(symbol) ?? []),
    observed: [...observed].sort((a, b) => a - b).map(isoDate),
  };
}

/** What the manifest says of these sessions, for its gates; nothing if the calendar covers all days. */
export function observedGate(observed: readonly string[], { from, to }: Calendar): Finding[] {
  const [first, last] = [observed[0], observed.at(-1)];
  if (first === undefined || last === undefined) return [];
  return [
    {
      severity: 'info',
      code: 'observed_sessions',
      message:
        `the trading calendar covers ${isoDate(from)} to ${isoDate(to - 1)}: outside of it, the ${observed.length} days ` +
        `from ${first} to ${last} that at least half of the symbols have count as sessions`,
    },
  ];
}

function leftOut(symbol: string, closed: Int32Array): Finding[] {
  const found = findingList();
  for (const day of closed)
    found.add(
      'info',
      'closed_day',
      `${symbol} ${isoDate(day)}: most symbols have no bar, and the trading calendar does not cover it: left out`,
    );
  return found.all();
}

const NOTHING_LEFT = { status: 'no_bars', ref: null, bars: 0, first: null, last: null } as const;

/** Undefined if the calendar covers all days. */
function observedDays(
  days: readonly SeriesDays[],
  isUnknown: (day: number) => boolean,
): ReadonlySet<number> | undefined {
  const votes = new Map<number, number>();
  for (const { day } of days)
    for (const one of day) if (isUnknown(one)) votes.set(one, (votes.get(one) ?? 0) + 1);
  if (votes.size === 0) return undefined;
  const observed = new Set<number>();
  for (const [one, present] of votes) {
    const alive = days.filter(
      ({ day }) => (day[0] ?? 0) <= one && one <= (day.at(-1) ?? 0) + VOTE_DAYS,
    ).length;
    if (present >= SESSION_SHARE * alive) observed.add(one);
  }
  return observed;
}

function withoutDays(series: BarSeries, isSession: (day: number) => boolean): BarSeries {
  return pickBars(
    series,
    Array.from(series.time.keys()).filter((bar) => isSession(dayOfMinutes(series.time[bar] ?? 0))),
  );
}

function endsOf({ time }: BarSeries): { readonly first: string; readonly last: string } {
  return {
    first: isoDate(dayOfMinutes(time[0] ?? 0)),
    last: isoDate(dayOfMinutes(time.at(-1) ?? 0)),
  };
}

function missingOf(days: SeriesDays | undefined, observed: ReadonlySet<number>): number {
  if (days === undefined) return 0;
  const present = new Set(days.day);
  const [first, last] = [days.day[0] ?? 0, days.day.at(-1) ?? 0];
  return [...observed].filter((day) => first < day && day < last && !present.has(day)).length;
}
