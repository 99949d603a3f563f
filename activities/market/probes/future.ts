import type { BarSeries } from '../../../data/bars/series.js';
import { lowerBound, sliceBars } from '../../../data/bars/series.js';
import { dayOfMinutes, isoDate } from '../../../data/time/dates.js';
import type { ProbeReport, TableBuilder } from './compare-tables.js';
import { compareTables, joinReports, rowsOfAll } from './compare-tables.js';

/** Factor for later prices and volumes. */
export const FUTURE_FACTOR = 1_000_000;

/**
 * Probe (d), future perturbation: multiplying all prices and volumes after t by {@link FUTURE_FACTOR} leaves the
 * features at t unchanged, bit for bit. Unlike truncation it keeps the number of bars, so it also finds
 * features that depend on that number.
 *
 * @param lasts Times of the last bars that stay unchanged, in exchange minutes.
 */
export function probeFuture(
  build: TableBuilder,
  series: readonly BarSeries[],
  lasts: readonly number[],
): ProbeReport {
  const untouched = build(series);
  return joinReports(
    lasts.map((last) =>
      compareTables(
        'future',
        untouched,
        build(series.map((bars) => inflateAfter(bars, last))),
        rowsOfAll(({ time }, row) => (time[row] ?? Infinity) <= last),
        `bars after ${isoDate(dayOfMinutes(last))} multiplied by ${FUTURE_FACTOR}`,
      ),
    ),
  );
}

function inflateAfter(series: BarSeries, last: number): BarSeries {
  const inflated = sliceBars(series, 0, series.time.length);
  const first = lowerBound(series.time, last + 1);
  for (const column of ['open', 'high', 'low', 'close', 'volume'] as const)
    for (let bar = first; bar < inflated.time.length; bar += 1)
      inflated[column][bar] = (inflated[column][bar] ?? NaN) * FUTURE_FACTOR;
  return inflated;
}
