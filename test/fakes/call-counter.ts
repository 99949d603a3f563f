import type { QuotaLimits } from '../../data/sources/quota-limits.js';

/** Counts calls as a provider does: all calls, whoever makes them and however they end. */
export interface CallCounter {
  /** Counts a call. @returns The limit that it exceeds, if any. */
  count(): 'span' | 'day' | undefined;
  /** Time of each call, by the provider's clock. */
  readonly times: readonly number[];
  /** Number of calls that exceeded a limit. */
  readonly over: { readonly span: number; readonly day: number };
}

/** A counter with a sliding window, the strictest reading of "calls per minute", and with the provider's days. */
export function callCounter(limits: QuotaLimits, now: () => number): CallCounter {
  const times: number[] = [];
  const over = { span: 0, day: 0 };
  // Read each time: a test may turn the clock, and with it the end of the day.
  const dayOf = (time: number): number => Math.floor((time + limits.dayOffsetMs) / limits.dayMs);
  return {
    times,
    over,
    count: () => {
      const time = now();
      times.push(time);
      if (times.filter((one) => dayOf(one) === dayOf(time)).length > limits.dayCalls) {
        over.day += 1;
        return 'day';
      }
      if (times.filter((one) => one > time - limits.spanMs).length > limits.spanCalls) {
        over.span += 1;
        return 'span';
      }
      return undefined;
    },
  };
}
