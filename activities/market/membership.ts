import type { MembershipSpan } from '../../data/schemas/ingest.js';
import { startOfDate } from '../../data/time/dates.js';

/** When companies were members of the index, by symbol. A symbol that is not listed is a member at every date. */
export type Membership = ReadonlyMap<string, readonly MembershipSpan[]>;

/** Every symbol is a member at every date. */
export const ALL_MEMBERS: Membership = new Map();

/** The membership of a manifest's symbols. */
export function membershipOf(
  series: readonly { readonly symbol: string; readonly membership?: readonly MembershipSpan[] | undefined }[],
): Membership {
  return new Map(
    series.flatMap(({ symbol, membership }) => (membership === undefined ? [] : [[symbol, membership]])),
  );
}

/** 1 for every bar at whose date the company was a member. @param spans Half-open; absent: always. */
export function memberRows(time: Int32Array, spans: readonly MembershipSpan[] | undefined): Uint8Array {
  const member = new Uint8Array(time.length);
  if (spans === undefined) return member.fill(1);
  for (const { from, to } of spans) {
    const [start, end] = [startOfDate(from), to === null ? Infinity : startOfDate(to)];
    time.forEach((minutes, bar) => {
      if (minutes >= start && minutes < end) member[bar] = 1;
    });
  }
  return member;
}
