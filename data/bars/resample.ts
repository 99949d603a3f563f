import { doublesOf, integersOf } from '../math/fill-columns.js';
import type { BarSeries } from './series.js';

const BAR = 5;

/**
 * Bars of five minutes from bars of one minute: the first open, the highest high, the lowest low, the last close and
 * the sum of volumes of each five minutes from the hour on.
 *
 * @param minutes In ascending time.
 * @returns The bars, and for each the index of its first minute.
 */
export function resampleMinutes(minutes: BarSeries): {
  readonly series: BarSeries;
  readonly first: Int32Array;
} {
  const starts: number[] = [];
  for (let bar = 0; bar < minutes.time.length; bar += 1)
    if (bar === 0 || slotOf(minutes, bar) !== slotOf(minutes, bar - 1)) starts.push(bar);
  const ends = [...starts.slice(1), minutes.time.length];
  const column = (valueOf: (first: number, end: number) => number): Float64Array =>
    doublesOf(starts, (first, bar) => valueOf(first, ends[bar] ?? first + 1));
  return {
    series: {
      ...minutes,
      time: integersOf(starts, (first) => slotOf(minutes, first) * BAR),
      open: column((first) => minutes.open[first] ?? NaN),
      high: column((first, end) => fold(minutes.high, first, end, Math.max)),
      low: column((first, end) => fold(minutes.low, first, end, Math.min)),
      close: column((_, end) => minutes.close[end - 1] ?? NaN),
      volume: column((first, end) => fold(minutes.volume, first, end, (a, b) => a + b)),
    },
    first: Int32Array.from(starts),
  };
}

function slotOf({ time }: BarSeries, bar: number): number {
  return Math.floor((time[bar] ?? 0) / BAR);
}

function fold(
  column: Float64Array,
  first: number,
  end: number,
  join: (a: number, b: number) => number,
): number {
  return column.subarray(first + 1, end).reduce((all, value) => join(all, value), column[first] ?? NaN);
}
