import { EXCHANGE_OFFSET_MS } from '../time/dates.js';

/** How often a provider may be called. Times are in milliseconds. */
export interface QuotaLimits {
  /** Maximum number of calls in any period of `spanMs`. */
  readonly spanCalls: number;
  readonly spanMs: number;
  /** Maximum number of calls in a day of `dayMs`, which begins `dayOffsetMs` before the UTC day. */
  readonly dayCalls: number;
  readonly dayMs: number;
  readonly dayOffsetMs: number;
  /** Maximum difference between our clocks and the provider's, including the latency of a call. */
  readonly marginMs: number;
}

const MINUTE_MS = 60_000;

/** Limits per minute and per day on the exchange's clock (UTC+5:30). */
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
