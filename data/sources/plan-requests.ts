import type { BarSeries } from '../bars/series.js';
import type { DayRange } from '../schemas/day-range.js';
import type { ProviderResponse, CallOutcome } from '../schemas/provider-log.js';
import { dayNumber, dayOfMinutes, isoDate } from '../time/dates.js';
import { DOUBTFUL_ATTEMPTS, doubtCounts } from './doubtful-days.js';
import { exchangeDay } from './wanted-days.js';

/** Failed attempts after which an ingest gives up on a range. */
export const MAX_ATTEMPTS = 12;
/** A missing bar of a day may still arrive late, within this many days. */
const LATE_DAYS = 5;
/** Up to this many sessions without bars after the official listing are accepted without another request. */
const LISTING_SESSIONS = 3;
/** Settled sessions that are requested again with the ones after them, if that costs no call: shows restated bars. */
const OVERLAP_SESSIONS = 5;

const FAILED: readonly CallOutcome[] = ['down', 'bad', 'wrong_symbol'];

/** The requests to make, according to the log of a series. */
export interface RequestPlan {
  /** Oldest first; ranges do not overlap. */
  readonly requests: readonly { readonly range: DayRange; readonly attempts: number }[];
  /** Ranges that failed too often; days that stay doubtful are not among them. */
  readonly givenUp: readonly { readonly range: DayRange; readonly last: ProviderResponse }[];
}

export interface RequestContext {
  /** The sessions to fetch, as day numbers in ascending order. */
  readonly sessions: readonly number[];
  readonly answers: readonly ProviderResponse[];
  /** Start of this ingest, ISO. Without any bars, ranges that were empty before it are requested again. */
  readonly since: string;
  /** Maximum number of sessions per request. */
  readonly maxSessions: number;
  /** Always request the whole range at once. */
  readonly whole: boolean;
  /** The symbol is expected to have no bars: one request for the newest sessions decides. */
  readonly excluded: boolean;
}

/**
 * Plans the remaining requests: the sessions that no response has settled, in ranges that fit into one response. It
 * is a pure function of the log, so an ingest that was killed or is run again continues where it was.
 */
export function planRequests(context: RequestContext): RequestPlan {
  const { sessions, answers, since, whole, excluded } = context;
  const hasBars = answers.some(({ outcome }) => outcome === 'bars');
  const recent = answers.filter(({ at }) => at >= since);
  const settled = settledDays(context, hasBars);
  const doubts = doubtCounts(recent);
  const missing = sessions.filter(
    (day) => !settled(day) && (doubts.get(isoDate(day)) ?? 0) < DOUBTFUL_ATTEMPTS,
  );
  if (missing.length === 0) return { requests: [], givenUp: [] };
  if (excluded && !hasBars && recent.some(({ outcome }) => outcome === 'empty'))
    return { requests: [], givenUp: [] };

  // Each truncated response halves the size of the requests.
  const cuts = recent.filter(({ outcome }) => outcome === 'cut');
  const maxSessions = cuts.reduce((most) => Math.max(1, Math.floor(most / 2)), context.maxSessions);
  const chunks = whole
    ? [wholeRange(sessions, answers)]
    : chunksOf(sessions, missing, maxSessions).map((chunk) => withOverlap(chunk, context, maxSessions));
  const asked = excluded && !hasBars ? chunks.slice(-1) : chunks;
  // Truncation counts as a failure once a request has only one session.
  const failures = recent.filter(
    ({ outcome }) => FAILED.includes(outcome) || (outcome === 'cut' && maxSessions === 1),
  );
  const plan: {
    requests: { range: DayRange; attempts: number }[];
    givenUp: { range: DayRange; last: ProviderResponse }[];
  } = {
    requests: [],
    givenUp: [],
  };
  for (const range of asked) {
    const failed = failures.filter((answer) => overlap(answer.asked, range));
    const last = failed.at(-1);
    const doubted = [...doubts].filter(([date]) => date >= range.from && date < range.to);
    const attempts = Math.max(failed.length, ...doubted.map(([, times]) => times));
    if (last !== undefined && failed.length >= MAX_ATTEMPTS) plan.givenUp.push({ range, last });
    else plan.requests.push({ range, attempts });
  }
  return plan;
}

/** The sessions that no response has settled, whenever it came. */
export function unsettledSessions(
  sessions: readonly number[],
  answers: readonly ProviderResponse[],
  whole: boolean,
): number[] {
  const settled = settledDays({ answers, since: '', whole }, true);
  return sessions.filter((day) => !settled(day));
}

/**
 * The days that a response settles: they need no further request. Bars settle the days from the first to the last
 * of them. Days that are missing at an end may have been truncated silently, so they are requested again, unless the
 * listing date explains them. A provider that never truncates (`whole`) also settles old days without bars. Doubtful
 * days in between stay open all the same: the log names them.
 */
export function settledBy(
  bars: BarSeries,
  asked: DayRange,
  context: {
    readonly sessions: readonly number[];
    readonly listingDate: string | null;
    readonly whole: boolean;
    readonly nowMs: number;
  },
): DayRange {
  const { sessions, listingDate, whole, nowMs } = context;
  const first = dayOfMinutes(bars.time[0] ?? 0);
  const end = dayOfMinutes(bars.time.at(-1) ?? 0) + 1;
  if (whole) {
    const old = Math.min(dayNumber(asked.to), exchangeDay(nowMs) - LATE_DAYS);
    return { from: asked.from, to: isoDate(Math.max(end, old)) };
  }
  const listed = listingDate === null ? -1 : dayNumber(listingDate);
  const unexplained = sessions.filter((day) => day >= listed && day < first).length;
  const explained = listed >= dayNumber(asked.from) && listed <= first && unexplained <= LISTING_SESSIONS;
  return { from: explained ? asked.from : isoDate(first), to: isoDate(end) };
}

/** Returns a function that says whether a day is settled. */
function settledDays(
  { answers, since, whole }: Pick<RequestContext, 'answers' | 'since' | 'whole'>,
  hasBars: boolean,
): (day: number) => boolean {
  const spans = answers.flatMap((answer): (DayRange & Pick<ProviderResponse, 'doubtful'>)[] => {
    const { outcome, settled, asked, at, doubtful } = answer;
    const isNew = at >= since;
    if (outcome === 'bars' && settled !== null) return [{ ...(whole && isNew ? asked : settled), doubtful }];
    if (outcome !== 'empty') return [];
    if (isNew) return [asked];
    // Without any bars, the provider may have added the symbol since; and a late bar may have arrived.
    const late = isoDate(exchangeDay(Date.parse(at)) - LATE_DAYS);
    return hasBars ? [{ from: asked.from, to: asked.to < late ? asked.to : late }] : [];
  });
  const ranges = spans.map(({ from, to, doubtful = [] }) => ({
    from: dayNumber(from),
    to: dayNumber(to),
    open: new Set(doubtful.map(({ date }) => dayNumber(date))),
  }));
  return (day) => ranges.some(({ from, to, open }) => day >= from && day < to && !open.has(day));
}

/** Groups missing sessions that follow each other into ranges of at most `maxSessions`. */
function chunksOf(sessions: readonly number[], missing: readonly number[], maxSessions: number): DayRange[] {
  const place = new Map(sessions.map((day, index) => [day, index]));
  const chunks: { first: number; last: number; count: number }[] = [];
  for (const day of missing) {
    const chunk = chunks.at(-1);
    const follows = chunk !== undefined && place.get(day) === (place.get(chunk.last) ?? NaN) + 1;
    if (follows && chunk.count < maxSessions) {
      chunk.last = day;
      chunk.count += 1;
    } else {
      chunks.push({ first: day, last: day, count: 1 });
    }
  }
  return chunks.map(({ first, last }) => ({ from: isoDate(first), to: isoDate(last + 1) }));
}

/** Extends a range by some sessions before it, if they fit into the response and this is its first request. */
function withOverlap(
  chunk: DayRange,
  { sessions, answers, since }: RequestContext,
  maxSessions: number,
): DayRange {
  const asked = answers.some((answer) => answer.at >= since && overlap(answer.asked, chunk));
  if (asked) return chunk;
  const first = sessions.indexOf(dayNumber(chunk.from));
  const count = sessions.filter((day) => day >= dayNumber(chunk.from) && day < dayNumber(chunk.to)).length;
  const settled = answers.some(({ settled: range }) => range !== null && range.to === chunk.from);
  const room = Math.min(OVERLAP_SESSIONS, maxSessions - count, first);
  return settled && room > 0 ? { from: isoDate(sessions[first - room] ?? 0), to: chunk.to } : chunk;
}

/** All days that were ever requested and all that are needed now. */
function wholeRange(sessions: readonly number[], answers: readonly ProviderResponse[]): DayRange {
  const asked = answers.filter(({ outcome }) => outcome === 'bars').map((answer) => answer.asked);
  const froms = [isoDate(sessions[0] ?? 0), ...asked.map(({ from }) => from)].sort();
  const tos = [isoDate((sessions.at(-1) ?? 0) + 1), ...asked.map(({ to }) => to)].sort();
  return { from: froms[0] ?? '', to: tos.at(-1) ?? '' };
}

function overlap(a: DayRange, b: DayRange): boolean {
  return a.from < b.to && b.from < a.to;
}
