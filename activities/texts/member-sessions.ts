import type { MemberSessions } from '../../data/schemas/coverage.js';
import { thousands } from './format-numbers.js';

/** Members that are named before the rest is only counted. */
const NAMED = 8;

/** How much of the members' sessions has bars, in a sentence. */
export function memberSessionsText({ sessions, withBars }: MemberSessions): string {
  const share = sessions === 0 ? 0 : Math.floor((1000 * withBars) / sessions) / 10;
  return `${thousands(withBars)} of ${thousands(sessions)} sessions of the members have bars (${share} %)`;
}

/** The members without bars, the first of them by name: `HDFC 369 of 369, …`; empty where none is missing. */
export function missingMembersText({ missing }: MemberSessions): string {
  const named = missing
    .slice(0, NAMED)
    .map((member) => `${member.symbol} ${member.missing} of ${member.sessions}`);
  const more = missing.length - named.length;
  return [...named, ...(more > 0 ? [`and ${more} more`] : [])].join(', ').replace(', and', ' and');
}
