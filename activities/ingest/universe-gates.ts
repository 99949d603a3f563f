import { sessionsApart } from '../../data/bars/sessions-apart.js';
import type { Calendar } from '../../data/calendar/calendar.js';
import type { Coverage } from '../../data/schemas/coverage.js';
import type { Finding } from '../../data/schemas/ingest.js';
import type { Interval } from '../../data/schemas/run-choices.js';
import { addDays, dayNumber, isoDate } from '../../data/time/dates.js';
import type { DaySet } from './day-set.js';
import { daySet } from './day-set.js';
import type { SeriesDays } from './twins.js';

/** Share of the symbols that must have a session before it counts as complete. */
const COMPLETE = 0.5;
/** Share of a session's 5-minute bars with which a symbol has it. */
const WHOLE_SESSION = 0.8;
/** A symbol takes part in a session when it had a bar in so many sessions before. */
const ALIVE_SESSIONS = 10;
/** Share of sessions missing for most symbols that stops the run. */
const STOP_SHARE = 0.05;
/** Sessions by which a symbol may begin or end apart from the others. */
const APART = 10;
const NAMED = 5;

/** What the gates need to know of a symbol beside its bars. */
export interface Listing {
  readonly listingDate: string | null;
  readonly formerSymbols: readonly string[];
}

/** The bars of all symbols, side by side. */
export interface UniverseGates {
  readonly lastSession: string | null;
  readonly until: string;
  readonly gates: readonly Finding[];
  readonly bySymbol: ReadonlyMap<string, readonly Finding[]>;
  readonly days: Coverage['days'];
}

/**
 * Gates that no series can pass or fail alone:
 *
 * | code | says | severity |
 * |---|---|---|
 * | `sessions_missing` | sessions of the calendar that most symbols lack | warning; error, which stops the run, above 5 % |
 * | `ends_before_to` | the bars end before the date asked for: windows end with the last complete session | info |
 * | `incomplete_session` | bars after the last complete session are not used | info |
 * | `session_not_over` | sessions asked for that were not over when the run was settled | info |
 * | `ends_early` | a symbol ends more than 10 sessions before the others | warning |
 * | `starts_late` | a symbol begins more than 10 sessions after the others, and was listed before | warning |
 *
 * The last complete session is the last one that at least half of the symbols have which were traded
 * shortly before it: what a provider has of today, or of one symbol alone, does not set the end.
 *
 * @param series Days of every symbol that may be used.
 * @param to First day not asked for, ISO.
 * @param completeUntil First day whose session was not over when the run was settled, ISO; absent: none was open.
 */
export function checkUniverse(
  series: readonly SeriesDays[],
  listings: ReadonlyMap<string, Listing>,
  {
    calendar,
    interval,
    to: asked,
    completeUntil = asked,
  }: {
    readonly calendar: Calendar;
    readonly interval: Interval;
    readonly to: string;
    readonly completeUntil?: string | undefined;
  },
): UniverseGates {
  const to = earlier(completeUntil, asked);

  const symbols = [...series]
    .sort((a, b) => (a.symbol < b.symbol ? -1 : 1))
    .map((one) => presenceOf(one, interval, calendar));
  const gates: Finding[] = to < asked ? [notOver(to, asked)] : [];
  if (symbols.length === 0) return { lastSession: null, until: to, gates, bySymbol: new Map(), days: [] };
  const firsts = symbols.map((symbol) => symbol.first).sort((a, b) => a - b);
  const first = firsts[0] ?? 0;
  const newest = Math.max(...symbols.map((symbol) => symbol.last));
  const last = to < asked ? Math.min(newest, dayNumber(to) - 1) : newest;
  const sessions = calendar.sessionsBetween(first, last + 1);
  const end = lastComplete(symbols, sessions) ?? last;
  const days = missingDays(
    symbols,
    sessions.filter((day) => day <= end),
    calendar,
  );
  const lacking = days.filter(({ expected, missing }) => missing > COMPLETE * expected);
  if (lacking.length > 0) gates.push(sessionsMissing(lacking, sessions.length));
  const unused = symbols.filter((symbol) => symbol.last > end);
  if (unused.length > 0)
    gates.push({
      severity: 'info',
      code: 'incomplete_session',
      message: `${unused.length} of ${symbols.length} symbols have bars after ${isoDate(end)}, the last complete session: they are not used`,
    });
  const short = sessionsApart(calendar, end, dayNumber(to) - 1);
  const until = short > 0 || unused.length > 0 ? earlier(addDays(isoDate(end), 1), to) : to;
  if (short > 0)
    gates.push({
      severity: 'info',
      code: 'ends_before_to',
      message: `the bars end with the session of ${isoDate(end)}, ${short} sessions before ${to}: windows end there too`,
    });
  return {
    lastSession: isoDate(end),
    until,
    gates,
    bySymbol: new Map(
      symbols.map((symbol) => [
        symbol.symbol,
        endsOf(symbol, listings.get(symbol.symbol), {
          // The day by which half of the symbols have begun: one long history makes no other one late.
          first: firsts[(firsts.length - 1) >> 1] ?? first,
          end,
          calendar,
        }),
      ]),
    ),
    days,
  };
}

/** Days on which a symbol has a session's bars. */
interface Presence {
  readonly symbol: string;
  readonly first: number;
  readonly last: number;
  readonly days: DaySet;
}

function presenceOf({ symbol, day, bars }: SeriesDays, interval: Interval, calendar: Calendar): Presence {
  const whole = (index: number): boolean => {
    const expected = calendar.barStarts(day[index] ?? 0)?.length ?? 1;
    return (bars[index] ?? 0) >= WHOLE_SESSION * expected;
  };
  return {
    symbol,
    first: day[0] ?? 0,
    last: day.at(-1) ?? 0,
    days: daySet(interval === '1day' ? day : day.filter((_, index) => whole(index))),
  };
}

function lastComplete(symbols: readonly Presence[], sessions: Int32Array): number | undefined {
  for (let at = sessions.length - 1; at >= 0; at -= 1) {
    const day = sessions[at] ?? 0;
    const recent = sessions.subarray(Math.max(0, at - ALIVE_SESSIONS), at);
    const alive = symbols.filter(({ days }) => days.has(day) || recent.some((before) => days.has(before)));
    const present = alive.filter(({ days }) => days.has(day)).length;
    if (present > 0 && present >= COMPLETE * alive.length) return day;
  }
  return undefined;
}

function missingDays(
  symbols: readonly Presence[],
  sessions: Int32Array,
  calendar: Calendar,
): Coverage['days'] {
  const days: Coverage['days'] = [];
  for (const day of sessions) {
    const expected = symbols.filter(({ first, last }) => first <= day && day <= last);
    const missing = expected.filter((symbol) => !symbol.days.has(day)).map(({ symbol }) => symbol);
    if (missing.length === 0) continue;
    days.push({
      date: isoDate(day),
      name: calendar.special(day)?.name ?? null,
      expected: expected.length,
      missing: missing.length,
      symbols: missing.slice(0, NAMED),
    });
  }
  return days;
}

function sessionsMissing(lacking: Coverage['days'], sessions: number): Finding {
  const stops = lacking.length > STOP_SHARE * sessions;
  const named = lacking.slice(0, NAMED).map(({ date, name }) => (name === null ? date : `${date} (${name})`));
  const more = lacking.length > NAMED ? ` and ${lacking.length - NAMED} more` : '';
  return {
    severity: stops ? 'error' : 'warning',
    code: 'sessions_missing',
    message:
      `${lacking.length} of ${sessions} sessions are missing for most symbols: ${named.join(', ')}${more}` +
      (stops ? '; that is no history to learn from: complete the bars, or choose dates that they cover' : ''),
  };
}

/** How a symbol begins and ends beside the others. */
function endsOf(
  { symbol, first, last }: Presence,
  listing: Listing | undefined,
  market: { readonly first: number; readonly end: number; readonly calendar: Calendar },
): Finding[] {
  const { calendar } = market;
  const findings: Finding[] = [];
  const early = calendar.sessionsBetween(last + 1, market.end + 1).length;
  if (early > APART)
    findings.push({
      severity: 'warning',
      code: 'ends_early',
      message: `${symbol}: ends on ${isoDate(last)}, ${early} sessions before the others: suspended, renamed, or no longer delivered?`,
    });
  const listed = listing?.listingDate ?? null;
  if (listed === null) return findings;
  const expected = Math.max(market.first, dayNumber(listed));
  const late = calendar.sessionsBetween(expected, first).length;
  if (late > APART) {
    const former = listing?.formerSymbols ?? [];
    const hint =
      former.length === 0 ? '' : `; it was traded as ${former.join(' and ')} before: are its bars there?`;
    findings.push({
      severity: 'warning',
      code: 'starts_late',
      message: `${symbol}: begins on ${isoDate(first)}, ${late} sessions after the others, but was listed on ${listed}${hint}`,
    });
  }
  return findings;
}

function notOver(until: string, to: string): Finding {
  return {
    severity: 'info',
    code: 'session_not_over',
    message: `sessions from ${until} to ${to} were not over when the run began: no bar from ${until} on is used`,
  };
}

function earlier(a: string, b: string): string {
  return a < b ? a : b;
}
