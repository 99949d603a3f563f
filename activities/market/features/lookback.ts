import { MAX_MISSED_BARS } from '../columns/missed-bars.js';

/**
 * Bars that a row's own features are computed from: the row's bar and the 60 before it. Recursive
 * indicators (EMA, Wilder) restart this far back at every bar, so a row depends on these bars only and a
 * longer history does not change a bit of it.
 */
export const LOOKBACK_BARS = 61;

/**
 * Market bars (times at which any symbol has a bar) that a row's market features are computed from, the
 * row's own included. Rows with a shorter market history are not complete.
 */
export const LOOKBACK_MARKET_BARS = LOOKBACK_BARS + MAX_MISSED_BARS;

/**
 * The time from which the market's history is long enough for complete rows: that of the
 * {@link LOOKBACK_MARKET_BARS}th market bar; Infinity where there are fewer.
 *
 * @param series Bar times of every symbol, ascending.
 */
export function marketWarmTime(series: readonly Int32Array[]): number {
  // The first market bars are among the first bars of the symbols.
  const first = new Set<number>();
  for (const time of series) for (const minutes of time.subarray(0, LOOKBACK_MARKET_BARS)) first.add(minutes);
  return Int32Array.from(first).sort()[LOOKBACK_MARKET_BARS - 1] ?? Infinity;
}

/**
 * Whether a row's history is long enough for all of its features.
 *
 * @param row Index of the row in its symbol.
 * @param minutes Time of the row.
 * @param warmTime From {@link marketWarmTime}.
 */
export function hasHistory(row: number, minutes: number, warmTime: number): boolean {
  return row >= LOOKBACK_BARS - 1 && minutes >= warmTime;
}
