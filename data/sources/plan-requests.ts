import type { BarSeries } from '../bars/series.js';
import type { Answer, DayRange, Outcome } from '../schemas/answer.js';
import { dayNumber, dayOfMinutes, isoDate } from '../time/dates.js';
import { exchangeDay } from './wanted-days.js';

/** Failed tries of one range after which an ingest gives it up. */
export const MOST_TRIES = 12;
/** A day without a bar may get one late; after this many days it will not. */
const LATE_DAYS = 5;
/** Sessions from the official listing to the first bar that need no further question. */
const LISTING_SESSIONS = 3;
/** Settled sessions before new ones that are asked for again where that costs no call: restated bars show. */
const OVERLAP_SESSIONS = 5;

const FAILED: readonly Outcome[] = ['down', 'bad', 'wrong_symbol'];

/** What the log of a series says about the sessions wanted. */
export interface RequestPlan {
  /** To be asked, oldest first; no two overlap. */
  readonly requests: readonly { readonly range: DayRange; readonly tries: number }[];
  /** Asked too often without success. */
  readonly givenUp: readonly { readonly range: DayRange; readonly last: Answer }[];
}

export interface RequestContext {
  /** Sessions wanted, rising, as day numbers. */
  readonly sessions: readonly number[];
  readonly answers: readonly Answer[];
  /** When this ingest began, ISO: what was found empty before is asked again where there are no bars at all. */
  readonly since: string;
  /** Sessions that one call may ask for. */
  readonly most: number;
  /** Everything at once, or nothing. */
  readonly whole: boolean;
  /** Believed to have no bars: one question about the newest sessions decides. */
  readonly excluded: boolean;
}

/**
 * The questions that are left: sessions that no answer has settled, in chunks that one answer can hold. A pure
 * function of the log, so that an ingest that was killed, or is run again, goes on where it was.
 */
export function planRequests(context: RequestContext): RequestPlan {
  const { sessions, answers, since, whole, excluded } = context;
  const hasBars = answers.some(({ outcome }) => outcome === 'bars');
  const recent = answers.filter(({ at }) => at >= since);
  const settled = settledDays(context, hasBars);
  const missing = sessions.filter((day) => !settled(day));
  if (missing.length === 0) return { requests: [], givenUp: [] };
  if (excluded && !hasBars && recent.some(({ outcome }) => outcome === 'empty'))
    return { requests: [], givenUp: [] };

  // An answer that was cut halves what is asked for at once.
  const cuts = recent.filter(({ outcome }) => outcome === 'cut').length;
  const most = Math.max(1, Math.floor(context.most / 2 ** cuts));
  const chunks = whole
    ? [wholeRange(sessions, answers)]
    : chunksOf(sessions, missing, most).map((chunk) => withOverlap(chunk, context, most));
  const asked = excluded && !hasBars ? chunks.slice(-1) : chunks;
  // A single session that is cut again and again cannot be had.
  const failures = recent.filter(
    ({ outcome }) => FAILED.includes(outcome) || (outcome === 'cut' && most === 1),
  );
  const plan: {
    requests: { range: DayRange; tries: number }[];
    givenUp: { range: DayRange; last: Answer }[];
  } = {
    requests: [],
    givenUp: [],
  };
  for (const range of asked) {
    const failed = failures.filter((answer) => overlap(answer.asked, range));
    const last = failed.at(-1);
    if (last !== undefined && failed.length >= MOST_TRIES) plan.givenUp.push({ range, last });
    else plan.requests.push({ range, tries: failed.length });
  }
  return plan;
}

/** Sessions that no answer has settled, however long ago it came. */
export function unsettledSessions(
  sessions: readonly number[],
  answers: readonly Answer[],
  whole: boolean,
): number[] {
  const settled = settledDays({ answers, since: '', whole }, true);
  return sessions.filter((day) => !settled(day));
}

/**
 * The days that an answer settles. Bars settle the days from the first to the last of them. What is missing
 * at an end may have been cut off in silence, so it is asked for on its own, except where the listing
 * explains it; a provider that cannot cut (`whole`) settles old days without bars at once.
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

/** Tells whether a day needs no further question. */
function settledDays(
  { answers, since, whole }: Pick<RequestContext, 'answers' | 'since' | 'whole'>,
  hasBars: boolean,
): (day: number) => boolean {
  const spans = answers.flatMap((answer) => {
    const { outcome, settled, asked, at } = answer;
    const isNew = at >= since;
    if (outcome === 'bars' && settled !== null) return [whole && isNew ? asked : settled];
    if (outcome !== 'empty') return [];
    if (isNew) return [asked];
    // Without any bars the symbol may only now have become known; and a late bar may still have come.
    const late = isoDate(exchangeDay(Date.parse(at)) - LATE_DAYS);
    return hasBars ? [{ from: asked.from, to: asked.to < late ? asked.to : late }] : [];
  });
  const ranges = spans.map(({ from, to }) => [dayNumber(from), dayNumber(to)] as const);
  return (day) => ranges.some(([from, to]) => day >= from && day < to);
}

/** Missing sessions in ranges of neighbours, each of so many sessions at most. */
function chunksOf(sessions: readonly number[], missing: readonly number[], most: number): DayRange[] {
  const place = new Map(sessions.map((day, index) => [day, index]));
  const chunks: { first: number; last: number; count: number }[] = [];
  for (const day of missing) {
    const chunk = chunks.at(-1);
    const follows = chunk !== undefined && place.get(day) === (place.get(chunk.last) ?? NaN) + 1;
    if (follows && chunk.count < most) {
      chunk.last = day;
      chunk.count += 1;
    } else {
      chunks.push({ first: day, last: day, count: 1 });
    }
  }
  return chunks.map(({ first, last }) => ({ from: isoDate(first), to: isoDate(last + 1) }));
}

/** A chunk with some sessions before it, where an answer has room for them and was not asked for the chunk yet. */
function withOverlap(chunk: DayRange, { sessions, answers, since }: RequestContext, most: number): DayRange {
  const asked = answers.some((answer) => answer.at >= since && overlap(answer.asked, chunk));
  if (asked) return chunk;
  const first = sessions.indexOf(dayNumber(chunk.from));
  const count = sessions.filter((day) => day >= dayNumber(chunk.from) && day < dayNumber(chunk.to)).length;
  const settled = answers.some(({ settled: range }) => range !== null && range.to === chunk.from);
  const room = Math.min(OVERLAP_SESSIONS, most - count, first);
  return settled && room > 0 ? { from: isoDate(sessions[first - room] ?? 0), to: chunk.to } : chunk;
}

/** All days ever asked for and all wanted now. */
function wholeRange(sessions: readonly number[], answers: readonly Answer[]): DayRange {
  const asked = answers.filter(({ outcome }) => outcome === 'bars').map((answer) => answer.asked);
  const froms = [isoDate(sessions[0] ?? 0), ...asked.map(({ from }) => from)].sort();
  const tos = [isoDate((sessions.at(-1) ?? 0) + 1), ...asked.map(({ to }) => to)].sort();
  return { from: froms[0] ?? '', to: tos.at(-1) ?? '' };
}

function overlap(a: DayRange, b: DayRange): boolean {
  return a.from < b.to && b.from < a.to;
}
