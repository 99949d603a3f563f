import type { BarSeries } from '../../../data/bars/series.js';
import { lowerBound, sliceBars } from '../../../data/bars/series.js';
import { dayOfMinutes, isoDate } from '../../../data/time/dates.js';
import type { ProbeReport, TableBuilder } from './compare-tables.js';
import { compareTables, joinReports } from './compare-tables.js';

/** Length of history beyond which more history must not change anything. */
export interface WarmUp {
  /** Bars of the row's symbol, the row's own included. */
  readonly bars: number;
  /** Times at which any symbol has a bar, the row's own included. */
  readonly marketBars: number;
}

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
      const times = new Set(cut.flatMap(({ time }) => Array.from(time)));
      const warmAt = [...times].sort((a, b) => a - b)[stated.marketBars - 1] ?? Infinity;
      return compareTables(
        'warm_up',
        full,
        build(cut),
        ({ time }, row) => row >= stated.bars - 1 && (time[row] ?? -Infinity) >= warmAt,
        `history starts on ${isoDate(dayOfMinutes(first))}`,
      );
    }),
  );
}
