import type { BarSeries } from '../../data/bars/series.js';
import { lowerBound, sliceBars } from '../../data/bars/series.js';
import { MINUTES_PER_DAY, dayOfMinutes } from '../../data/time/dates.js';
import { LOOKBACK_BARS } from './features/lookback.js';
import { EXPOSURE_LOOKBACK_SESSIONS } from './ranking/exposures.js';
import { RANK_LOOKBACK_MARKET_BARS } from './ranking/market-state.js';

/** The last bars of a symbol: all that its newest row is computed from. */
export interface BarTail {
  readonly bars: BarSeries;
  /** Bars of the sessions that exposures are computed from. */
  readonly sessions: BarSeries;
}

/**
 * The bars that features, relative features, ranks, state and exposures of the newest time are computed from: those of
 * the last {@link RANK_LOOKBACK_MARKET_BARS} market bars, and at least {@link LOOKBACK_BARS} of a symbol that has some
 * of them. With these rows at the newest time are the same, bit for bit, as with all bars: every figure looks back a
 * bounded number of bars and is summed from scratch. Symbols without a bar among them are left out.
 *
 * @param series Adjusted bars; those after the newest time have been cut off.
 */
export function newestTails(series: readonly BarSeries[]): BarTail[] {
  const first = nthNewest(series, RANK_LOOKBACK_MARKET_BARS, (time) =>
    time.subarray(-RANK_LOOKBACK_MARKET_BARS),
  );
  const firstDay = nthNewest(series, EXPOSURE_LOOKBACK_SESSIONS, newestDays);
  return series.flatMap((own): BarTail[] => {
    const { time, interval } = own;
    const end = time.length;
    const isDaily = interval === '1day';
    const from = lowerBound(time, isDaily ? first : Math.min(first, firstDay));
    if (from === end) return [];
    const bars = sliceBars(own, Math.min(lowerBound(time, first), Math.max(0, end - LOOKBACK_BARS)), end);
    if (isDaily) return [{ bars, sessions: bars }];
    // From the start of a session: all of its bars belong to it.
    const start = dayOfMinutes(time[from] ?? 0) * MINUTES_PER_DAY;
    return [{ bars, sessions: sliceBars(own, lowerBound(time, start), end) }];
  });
}

/** The nth newest of the times of all symbols; −Infinity where there are fewer. @param newest At least the n newest of a symbol. */
function nthNewest(
  series: readonly BarSeries[],
  n: number,
  newest: (time: Int32Array) => Iterable<number>,
): number {
  const times = new Set<number>();
  for (const { time } of series) for (const minutes of newest(time)) times.add(minutes);
  return Int32Array.from(times).sort().at(-n) ?? -Infinity;
}

/** Starts of the last {@link EXPOSURE_LOOKBACK_SESSIONS} days with a bar. */
function newestDays(time: Int32Array): number[] {
  const days: number[] = [];
  for (let end = time.length; end > 0 && days.length < EXPOSURE_LOOKBACK_SESSIONS;) {
    const day = dayOfMinutes(time[end - 1] ?? 0) * MINUTES_PER_DAY;
    days.push(day);
    end = lowerBound(time.subarray(0, end), day);
  }
  return days;
}
