import { readResponses } from '../../../data/bars/fetched-bars.js';
import { mergeBars } from '../../../data/bars/merge-bars.js';
import type { Calendar } from '../../../data/calendar/calendar.js';
import type { DayRange } from '../../../data/schemas/day-range.js';
import type { RunConfig } from '../../../data/schemas/run-input.js';
import type { UniverseMember } from '../../../data/schemas/universe.js';
import { planRequests, settledBy } from '../../../data/sources/plan-requests.js';
import type { BarProvider, CallBudget, ProviderReply } from '../../../data/sources/provider.js';
import { fetchableDays, readDays, sessionsIn } from '../../../data/sources/wanted-days.js';
import type { Home } from '../../../data/store/home.js';
import type { FetchedPart } from './activities.js';

/** Calls in flight at once. */
const WIDTH = 4;
/** So many calls without an answer in a row, and the provider is taken for down; where it was so before, one. */
const DOWN_AFTER = { usually: 5, probing: 1 };
/** Rounds of questions under one lease: what fails again and again waits for the next one. */
const ROUNDS = 3;

export interface FetchDeps {
  readonly home: Home;
  readonly provider: BarProvider;
  readonly calendar: Calendar;
  readonly members: readonly UniverseMember[];
  /** The symbol of today for one of any time: the one that a provider knows. */
  readonly newest: (symbol: string) => string;
  readonly config: Pick<RunConfig, 'from' | 'to' | 'interval' | 'source' | 'completeUntil'>;
  /** When the ingest began, ISO. */
  readonly since: string;
  /** The provider did not answer the last time: asked whether it is back. */
  readonly probing?: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** One question that is left. */
interface Question {
  readonly member: UniverseMember;
  readonly code: string;
  readonly range: DayRange;
  readonly attempts: number;
}

/** Everything that is left to ask, what failed least first. */
export function questionsLeft(deps: FetchDeps): Question[] {
  const { home, provider, members, newest, config, since } = deps;
  const sessions = sessionsWanted(deps);
  return members
    .flatMap((member) => {
      const known = provider.codeOf({ ...member, symbol: newest(member.symbol) });
      // Without a code there is nothing to ask; the source says so when the symbol is read.
      if ('problem' in known) return [];
      const key = { source: provider.name, symbol: member.symbol, interval: config.interval };
      const { requests } = planRequests({
        sessions,
        answers: readResponses(home, key),
        since,
        maxSessions: provider.rule.sessions[config.interval],
        whole: provider.rule.whole,
        excluded: member.exclusion !== null,
      });
      return requests.map(({ range, attempts }) => ({ member, code: known.code, range, attempts }));
    })
    .sort((a, b) => a.attempts - b.attempts);
}

/**
 * Asks a provider for what is left, as far as the budget goes, and keeps every answer as it comes.
 *
 * @throws InvalidInputError for unusable credentials, StoreUnavailable when an answer cannot be kept.
 */
export async function fetchWithinBudget(deps: FetchDeps, budget: CallBudget): Promise<FetchedPart> {
  let used = 0;
  const counted: CallBudget = {
    signal: budget.signal,
    spend: () => {
      const may = !budget.signal.aborted && budget.spend();
      if (may) used += 1;
      return may;
    },
  };
  const total: Totals = { asked: 0, added: 0, revised: 0 };
  const done = (blocked: FetchedPart['blocked'], message: string | null): FetchedPart => ({
    used,
    ...total,
    left: questionsLeft(deps).length,
    blocked,
    message,
  });

  let questions = questionsLeft(deps);
  if (questions.length === 0) return done(null, null);
  const refused = await deps.provider.login(counted);
  if (refused !== undefined) return done(blockedBy(refused), refused.message);

  for (let round = 0; round < ROUNDS && questions.length > 0; round += 1) {
    const end = await askAll(deps, questions, counted, total);
    if (end !== undefined) return done(end.blocked, end.message);
    questions = questionsLeft(deps);
  }
  return done(null, null);
}

/** Of one lease: questions asked, and bars that came of them. */
interface Totals {
  asked: number;
  added: number;
  revised: number;
}

/** Asks until the questions or the budget are used up. @returns Why it stopped before. */
async function askAll(
  deps: FetchDeps,
  questions: readonly Question[],
  { spend, signal }: CallBudget,
  total: Totals,
): Promise<Pick<FetchedPart, 'blocked' | 'message'> | undefined> {
  let end: Pick<FetchedPart, 'blocked' | 'message'> | undefined;
  // What an answer says counts, also when the calls were used up while it was on its way.
  const stop = (why: Pick<FetchedPart, 'blocked' | 'message'>): void => {
    if (end === undefined || weightOf(why) > weightOf(end)) end = why;
  };
  let silent = 0;
  const downAfter = deps.probing === true ? DOWN_AFTER.probing : DOWN_AFTER.usually;
  const sessions = sessionsWanted(deps);
  const queue = questions.values();
  const lane = async (): Promise<void> => {
    for (const question of queue) {
      if (end !== undefined || !spend()) {
        end ??= { blocked: null, message: null };
        return;
      }
      const reply = await deps.provider.fetch(
        { ...question, symbol: question.member.symbol, interval: deps.config.interval },
        signal,
      );
      const { added, revised } = await keep(deps, sessions, question, reply);
      total.asked += 1;
      total.added += added;
      total.revised += revised;
      silent = reply.outcome === 'down' ? silent + 1 : 0;
      const blocked = reply.outcome === 'down' && silent < downAfter ? null : blockedBy(reply);
      // After the end of a login the next lease logs in again, or says that somebody has to.
      if (blocked === 'session') stop({ blocked: null, message: reply.message });
      else if (blocked !== null) stop({ blocked, message: reply.message });
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, lane));
  return end;
}

/** Of two reasons to stop, a limit that the provider names is the one that must be heard. */
function weightOf({ blocked }: Pick<FetchedPart, 'blocked'>): number {
  return blocked === null ? 0 : { down: 1, session: 1, span: 2, day: 3 }[blocked];
}

function blockedBy({ outcome, limit }: ProviderReply): FetchedPart['blocked'] {
  if (outcome === 'limited') return limit ?? 'span';
  return outcome === 'session' || outcome === 'down' ? outcome : null;
}

/** Keeps an answer: its bars, and a line in the log of the series. */
async function keep(
  deps: FetchDeps,
  sessions: readonly number[],
  { member, code, range }: Question,
  reply: ProviderReply,
): Promise<{ readonly added: number; readonly revised: number }> {
  const { home, provider, config, now } = deps;
  const { bars, outcome, status, sha256, bytes, rows, message, doubtful } = reply;
  const nowMs = now();
  const settled =
    bars === null
      ? null
      : settledBy(bars, range, {
          sessions,
          listingDate: member.listingDate,
          whole: provider.rule.whole,
          nowMs,
        });
  return mergeBars(home, { source: provider.name, symbol: member.symbol, interval: config.interval }, bars, {
    at: new Date(nowMs).toISOString(),
    asked: range,
    code,
    outcome,
    status,
    sha256,
    bytes,
    rows,
    settled,
    ...(doubtful === undefined ? {} : { doubtful }),
    message,
  });
}

function sessionsWanted({ calendar, config, now }: FetchDeps): number[] {
  return sessionsIn(calendar, fetchableDays(readDays(config), calendar, now()));
}
