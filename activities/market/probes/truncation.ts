import type { BarSeries } from '../../../data/bars/series.js';
import { lowerBound, sliceBars } from '../../../data/bars/series.js';
import { dayOfMinutes, isoDate } from '../../../data/time/dates.js';
import type { ProbeReport, TableBuilder } from './compare-tables.js';
import { compareTables, joinReports, rowsOfAll } from './compare-tables.js';

/**
 * Probe (b), truncation replay: features at t computed from the bars up to t equal those computed from the
 * whole series, bit for bit.
 *
 * @param lasts Times of the last bars that are kept, in exchange minutes.
 */
export function probeTruncation(
  build: TableBuilder,
  series: readonly BarSeries[],
  lasts: readonly number[],
): ProbeReport {
  const full = build(series);
  return joinReports(
    lasts.map((last) => {
      const cut = series.map((bars) => sliceBars(bars, 0, lowerBound(bars.time, last + 1)));
      const setting = `bars after ${isoDate(dayOfMinutes(last))} removed`;
      return compareTables(
        'truncation',
        full,
        build(cut),
        rowsOfAll(() => true),
        setting,
      );
    }),
  );
}
