import { EXCHANGE_OFFSET_MS } from '../time/dates.js';

/** How often a provider may be called. Times in milliseconds. */
export interface QuotaLimits {
  /** Calls in any span of `spanMs`. */
  readonly spanCalls: number;
  readonly spanMs: number;
  /** Calls in a day of `dayMs`, which begins `dayOffsetMs` before the one of UTC. */
  readonly dayCalls: number;
  readonly dayMs: number;
  readonly dayOffsetMs: number;
  /** How far apart our clocks and the provider's may be, the way of a call to it included. */
  readonly marginMs: number;
}

const MINUTE_MS = 60_000;

/** So many calls in any minute and in a day of the exchange's own clock (UTC+5:30). */
export function callsPerMinuteAndDay(spanCalls: number, dayCalls: number): QuotaLimits {
  return {
    spanCalls,
    spanMs: MINUTE_MS,
    dayCalls,
    dayMs: 1440 * MINUTE_MS,
    dayOffsetMs: EXCHANGE_OFFSET_MS,
    marginMs: 5_000,
  };
}
