import type { BarSeries } from '../../../data/bars/series.js';
import { lowerBound, sliceBars } from '../../../data/bars/series.js';
import { MINUTES_PER_DAY, dayOfMinutes, isoDate } from '../../../data/time/dates.js';
import { marketTimes } from '../columns/market-bars.js';
import { LOOKBACK_BARS, LOOKBACK_MARKET_BARS } from '../features/lookback.js';
import { EXPOSURE_LOOKBACK_SESSIONS } from '../ranking/exposures.js';
import { RANK_LOOKBACK_MARKET_BARS } from '../ranking/market-state.js';
import type { ProbeReport, RowChoice, TableBuilder } from './compare-tables.js';
import { compareTables, joinReports } from './compare-tables.js';

/** Length of history beyond which more history must not change anything. */
export interface WarmUp {
  /** Bars of the row's symbol, the row's own included. */
  readonly bars: number;
  /** Times at which any symbol has a bar, the row's own included. */
  readonly marketBars: number;
  /** The same for ranks, factors and the market's state. */
  readonly rankMarketBars: number;
  /** Days on which any symbol has a bar, for exposures. */
  readonly sessions: number;
}

/** What the features' code states. */
export const STATED_WARM_UP: WarmUp = {
  bars: LOOKBACK_BARS,
  marketBars: LOOKBACK_MARKET_BARS,
  rankMarketBars: RANK_LOOKBACK_MARKET_BARS,
  sessions: EXPOSURE_LOOKBACK_SESSIONS,
};

/**
 * Probe (c), warm-up invariance: where the history has at least the stated length, features do not depend on
 * when it starts, bit for bit.
 *
 * @param firsts Times of the first bars that are kept, in exchange minutes.
 */
export function probeWarmUp(
  build: TableBuilder,
  series: readonly BarSeries[],
  firsts: readonly number[],
  stated: WarmUp,
): ProbeReport {
  const full = build(series);
  return joinReports(
    firsts.map((first) => {
      const cut = series.map((bars) => sliceBars(bars, lowerBound(bars.time, first), bars.time.length));
      const times = marketTimes(cut);
      const days = [...new Set(Array.from(times, dayOfMinutes))].map((day) => day * MINUTES_PER_DAY);
      const isAfter =
        (warmAt: number | undefined): RowChoice =>
        ({ time }, row) =>
          (time[row] ?? -Infinity) >= (warmAt ?? Infinity);
      const isWarm = isAfter(times[stated.marketBars - 1]);
      return compareTables(
        'warm_up',
        full,
        build(cut),
        {
          features: (symbol, row) => row >= stated.bars - 1 && isWarm(symbol, row),
          ranking: isAfter(times[stated.rankMarketBars - 1]),
          exposures: isAfter(days[stated.sessions - 1]),
        },
        `history starts on ${isoDate(dayOfMinutes(first))}`,
      );
    }),
  );
}
