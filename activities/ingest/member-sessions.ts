import type { Calendar } from '../../data/calendar/calendar.js';
import type { MemberSessions } from '../../data/schemas/coverage.js';
import type { SeriesRecord } from '../../data/schemas/ingest.js';
import { dayNumber, isoDate } from '../../data/time/dates.js';
import { isMember } from '../../data/universe/membership.js';
import { daySet } from './day-set.js';
import type { SeriesDays } from './twins.js';

/**
 * How many sessions of the universe's members have bars: of every member, the sessions of the run's dates on which it was
 * one. Bars that a gate refuses count as missing.
 *
 * @param until End of the dates that have bars, ISO, exclusive.
 * @returns Undefined where every symbol counts as a member at every date.
 */
export function memberSessionsOf(
  series: readonly SeriesRecord[],
  days: readonly SeriesDays[],
  { from, until }: { readonly from: string; readonly until: string },
  calendar: Calendar,
): MemberSessions | undefined {
  if (series.every(({ membership }) => membership === undefined)) return undefined;
  const bySymbol = new Map(days.map(({ symbol, day }) => [symbol, daySet(day)]));
  const sessions = [...calendar.sessionsBetween(dayNumber(from), dayNumber(until))];
  const members = series.map(({ symbol, status, membership }) => {
    const asMember = sessions.filter((day) => isMember(membership, isoDate(day)));
    const present = status === 'ok' ? bySymbol.get(symbol) : undefined;
    const missing = asMember.filter((day) => present?.has(day) !== true).length;
    return { symbol, sessions: asMember.length, missing };
  });
  const total = members.reduce((sum, member) => sum + member.sessions, 0);
  const lacking = members.reduce((sum, member) => sum + member.missing, 0);
  return {
    sessions: total,
    withBars: total - lacking,
    missing: members
      .filter(({ missing }) => missing > 0)
      .sort((a, b) => b.missing - a.missing || (a.symbol < b.symbol ? -1 : 1)),
  };
}
