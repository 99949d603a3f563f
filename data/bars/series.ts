import { doublesOf, integersOf } from '../math/fill-columns.js';
import type { Interval } from '../schemas/run-choices.js';

/**
 * The bars of one symbol and interval, with one entry per bar in every column, in strictly ascending time. Prices
 * are in rupees, as traded (unadjusted) unless a function says otherwise; volume is in shares.
 */
export interface BarSeries {
  readonly symbol: string;
  readonly interval: Interval;
  /** Start of the bar in exchange minutes (see `data/time/dates.ts`); 00:00 for daily bars. */
  readonly time: Int32Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

/** Index of the first bar at or after `minutes`; the length if there is none. */
export function lowerBound(time: Int32Array, minutes: number): number {
  let low = 0;
  let high = time.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((time[middle] ?? Infinity) < minutes) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A copy of the bars with indices `[first, end)`. */
export function sliceBars(series: BarSeries, first: number, end: number): BarSeries {
  return {
    ...series,
    time: series.time.slice(first, end),
    open: series.open.slice(first, end),
    high: series.high.slice(first, end),
    low: series.low.slice(first, end),
    close: series.close.slice(first, end),
    volume: series.volume.slice(first, end),
  };
}

/** A copy of the bars with these indices, in this order. */
export function pickBars(series: BarSeries, bars: readonly number[]): BarSeries {
  const first = bars[0] ?? 0;
  // Mostly a span of days is kept, which is copied at once.
  if (bars.every((bar, index) => bar === first + index)) return sliceBars(series, first, first + bars.length);
  const pick = (column: Float64Array): Float64Array => doublesOf(bars, (bar) => column[bar] ?? NaN);
  return {
    ...series,
    time: integersOf(bars, (bar) => series.time[bar] ?? 0),
    open: pick(series.open),
    high: pick(series.high),
    low: pick(series.low),
    close: pick(series.close),
    volume: pick(series.volume),
  };
}
