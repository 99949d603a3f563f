import type { BarSeries } from '../../../data/bars/series.js';
import { lowerBound, sliceBars } from '../../../data/bars/series.js';

/** Bars before the first row: the longest look-back is 270 bars of the market. */
const TAIL_BARS = 300;

/**
 * The bars that the features and labels of some rows follow from: as many before the first row as the longest look-back
 * needs, of the market and of the symbol itself, and those that resolve the last labels.
 *
 * @param start Time of the first row, in exchange minutes.
 * @param end Exclusive time of the last row.
 * @param ahead Bars after the last row.
 */
export function tailBars(
  series: readonly BarSeries[],
  start: number,
  end: number,
  ahead: number,
): BarSeries[] {
  const before = new Set<number>();
  for (const { time } of series) {
    const first = lowerBound(time, start);
    for (const minutes of time.subarray(Math.max(0, first - TAIL_BARS), first)) before.add(minutes);
  }
  const market = Int32Array.from(before).sort().at(-TAIL_BARS) ?? -Infinity;
  return series.map((bars) => {
    const own = lowerBound(bars.time, start) - TAIL_BARS;
    const from = Math.max(0, Math.min(own, lowerBound(bars.time, market)));
    return sliceBars(bars, from, Math.min(bars.time.length, lowerBound(bars.time, end) + ahead));
  });
}
