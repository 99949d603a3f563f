import type { QuotaLimits } from '../../data/sources/quota-limits.js';
import type { Lease } from '../contract/quota-messages.js';

/** Used calls. */
export interface SpentCalls {
  readonly calls: number;
  readonly until: number;
  /** A lease that expired before it was returned, and the quota day on which it did: it counts as used for now. */
  readonly lost?: { readonly id: string; readonly day: number };
}

/** What has been used of a provider's quota, as far as it still matters. JSON-safe. */
export interface QuotaState {
  /** Number of the quota day, and the calls leased on it. */
  readonly day: number;
  readonly dayCalls: number;
  /** Open leases: all their calls may be made at any moment before they expire. */
  readonly open: readonly Lease[];
  /** Calls that count towards the limit of the span until a time. */
  readonly spent: readonly SpentCalls[];
  /** The provider itself refused calls: none before this time. */
  readonly blockedUntil: number;
}

/** A lease, or when to ask again and which limit is reached. */
export type Decision =
  | { readonly state: QuotaState; readonly lease: Lease }
  | { readonly waitUntil: number; readonly limit: 'span' | 'day' };

export const UNUSED_QUOTA: QuotaState = { day: 0, dayCalls: 0, open: [], spent: [], blockedUntil: 0 };

/** A lease below this share of the span's calls waits until more are free: every lease costs events. */
const LEAST_SHARE = 1 / 4;

/**
 * The state at a later time. Expired leases count as used in full at their last moment; what no longer matters
 * is dropped. A lost lease matters until the end of its day, since it may still be returned.
 */
export function settleQuota(state: QuotaState, limits: QuotaLimits, now: number): QuotaState {
  const day = dayOf(limits, now);
  const expired = state.open
    .filter(({ expiresAt }) => expiresAt <= now)
    .map((lease): SpentCalls => ({
      calls: lease.calls,
      until: heldUntil(limits, lease),
      lost: { id: lease.id, day: dayOf(limits, lease.expiresAt) },
    }));
  return {
    day,
    // No lease lives past midnight, so none of the day before counts for this one.
    dayCalls: day === state.day ? state.dayCalls : 0,
    open: state.open.filter(({ expiresAt }) => expiresAt > now),
    spent: [...state.spent, ...expired].filter(({ until, lost }) => until > now || lost?.day === day),
    blockedUntil: state.blockedUntil > now ? state.blockedUntil : 0,
  };
}

/**
 * Leases calls so that, whenever they are made before the lease expires, no span and no day holds more than
 * the limits allow. A lease lives one span at most and never past midnight.
 *
 * @param wanted At least 1.
 */
export function leaseCalls(
  before: QuotaState,
  limits: QuotaLimits,
  now: number,
  request: { readonly id: string; readonly wanted: number },
): Decision {
  const state = settleQuota(before, limits, now);
  if (state.blockedUntil > now)
    return { waitUntil: state.blockedUntil, limit: state.dayCalls >= limits.dayCalls ? 'day' : 'span' };
  const leftToday = limits.dayCalls - state.dayCalls;
  const expiresAt = Math.min(now + limits.spanMs, startOfNextDay(limits, now) - 2 * limits.marginMs);
  if (leftToday <= 0 || expiresAt <= now) return { waitUntil: startOfNextDay(limits, now), limit: 'day' };

  const needed = Math.min(request.wanted, leftToday, Math.ceil(LEAST_SHARE * limits.spanCalls));
  const held = [
    ...state.spent.filter(({ until }) => until > now),
    ...state.open.map((lease) => ({ calls: lease.calls, until: heldUntil(limits, lease) })),
  ];
  const free = limits.spanCalls - held.reduce((sum, { calls }) => sum + calls, 0);
  if (free < needed) return { waitUntil: freeAt(held, needed - free), limit: 'span' };

  const lease = { id: request.id, calls: Math.min(request.wanted, leftToday, free), expiresAt };
  return {
    state: { ...state, dayCalls: state.dayCalls + lease.calls, open: [...state.open, lease] },
    lease,
  };
}

/**
 * Takes a lease back. Its used calls may have been made as late as now; the others were never made. A lease
 * that was returned before, or lost on an earlier day, changes nothing.
 */
export function returnLease(
  before: QuotaState,
  limits: QuotaLimits,
  now: number,
  { id, used }: { readonly id: string; readonly used: number },
): QuotaState {
  const state = settleQuota(before, limits, now);
  const lease = state.open.find((one) => one.id === id);
  if (lease === undefined) return returnLost(state, { id, used });
  const made = Math.min(Math.max(used, 0), lease.calls);
  return {
    ...state,
    dayCalls: state.dayCalls - (lease.calls - made),
    open: state.open.filter((one) => one !== lease),
    spent:
      made === 0
        ? state.spent
        : [...state.spent, { calls: made, until: now + limits.spanMs + limits.marginMs }],
  };
}

/** Takes back a lease that counted as lost: its unused calls are free again, also for the rest of its day. */
function returnLost(
  state: QuotaState,
  { id, used }: { readonly id: string; readonly used: number },
): QuotaState {
  const spent = state.spent.find(({ lost }) => lost?.id === id);
  if (spent === undefined) return state;
  const made = Math.min(Math.max(used, 0), spent.calls);
  return {
    ...state,
    dayCalls: state.dayCalls - (spent.lost?.day === state.day ? spent.calls - made : 0),
    spent: [...state.spent.filter((one) => one !== spent), { calls: made, until: spent.until }],
  };
}

/** The provider says that a limit is reached, whatever our count: other programs may call it too. */
export function blockQuota(
  before: QuotaState,
  limits: QuotaLimits,
  now: number,
  limit: 'span' | 'day',
): QuotaState {
  const state = settleQuota(before, limits, now);
  if (limit === 'span') {
    const until = now + limits.spanMs + limits.marginMs;
    return { ...state, blockedUntil: Math.max(state.blockedUntil, until) };
  }
  return { ...state, dayCalls: limits.dayCalls, blockedUntil: startOfNextDay(limits, now) };
}

/** The time from which the state no longer matters. */
export function forgottenAt(state: QuotaState, limits: QuotaLimits, now: number): number {
  return Math.max(
    now,
    state.blockedUntil,
    state.dayCalls > 0 ? startOfNextDay(limits, now) : now,
    ...state.spent.map(({ until }) => until),
    ...state.open.map((lease) => heldUntil(limits, lease)),
  );
}

/** Quota days start one margin after midnight and end two before the next, since clocks differ. */
function dayOf({ dayMs, dayOffsetMs, marginMs }: QuotaLimits, now: number): number {
  return Math.floor((now + dayOffsetMs - marginMs) / dayMs);
}

function startOfNextDay(limits: QuotaLimits, now: number): number {
  return (dayOf(limits, now) + 1) * limits.dayMs - limits.dayOffsetMs + limits.marginMs;
}

function heldUntil({ spanMs, marginMs }: QuotaLimits, { expiresAt }: Lease): number {
  return expiresAt + spanMs + marginMs;
}

/** The first time at which this many of the held calls are free again. */
function freeAt(held: readonly { readonly calls: number; readonly until: number }[], needed: number): number {
  let freed = 0;
  const rising = [...held].sort((a, b) => a.until - b.until);
  for (const { calls, until } of rising) {
    freed += calls;
    if (freed >= needed) return until;
  }
  return rising.at(-1)?.until ?? 0;
}
