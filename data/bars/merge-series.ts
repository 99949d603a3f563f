import { doublesOf, integersOf } from '../math/fill-columns.js';
import type { BarSeries } from './series.js';

/** The values of one bar. */
export interface BarValues {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** How new bars differ from the stored ones. */
export interface SeriesDifference {
  /** New bars that are not stored, or are stored with other values, in ascending time. */
  readonly changed: BarSeries;
  readonly added: number;
  readonly revised: readonly { readonly time: number; readonly was: BarValues; readonly now: BarValues }[];
}

/** The values of a bar, by index; NaN outside the series. */
export function barAt({ open, high, low, close, volume }: BarSeries, bar: number): BarValues {
  return {
    open: open[bar] ?? NaN,
    high: high[bar] ?? NaN,
    low: low[bar] ?? NaN,
    close: close[bar] ?? NaN,
    volume: volume[bar] ?? NaN,
  };
}

/**
 * Merges pieces that may overlap into one series in strictly ascending time. Of bars with the same time the one in
 * the last piece counts, so give the pieces in the order in which they were fetched.
 */
export function mergeSeries(
  symbol: string,
  interval: BarSeries['interval'],
  pieces: readonly BarSeries[],
): BarSeries {
  const places = new Map<number, readonly [piece: number, bar: number]>();
  pieces.forEach(({ time }, piece) => {
    time.forEach((minutes, bar) => places.set(minutes, [piece, bar]));
  });
  const time = Int32Array.from(places.keys()).sort();
  const column = (name: keyof BarValues): Float64Array =>
    doublesOf(time, (minutes) => {
      const [piece, bar] = places.get(minutes) ?? [0, 0];
      return pieces[piece]?.[name][bar] ?? NaN;
    });
  return {
    symbol,
    interval,
    time,
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: column('volume'),
  };
}

/** Compares new bars with stored ones, bar by bar. Both in strictly ascending time. */
export function compareSeries(stored: BarSeries | null, fresh: BarSeries): SeriesDifference {
  const known = new Map(stored === null ? [] : Array.from(stored.time, (minutes, bar) => [minutes, bar]));
  const keep: number[] = [];
  const revised: { time: number; was: BarValues; now: BarValues }[] = [];
  let added = 0;
  fresh.time.forEach((time, bar) => {
    const place = known.get(time);
    if (place === undefined || stored === null) {
      added += 1;
      keep.push(bar);
      return;
    }
    const [was, now] = [barAt(stored, place), barAt(fresh, bar)];
    if (sameValues(was, now)) return;
    revised.push({ time, was, now });
    keep.push(bar);
  });
  const pick = (values: Float64Array): Float64Array => doublesOf(keep, (bar) => values[bar] ?? NaN);
  const { symbol, interval, time, open, high, low, close, volume } = fresh;
  return {
    changed: {
      symbol,
      interval,
      time: integersOf(keep, (bar) => time[bar] ?? 0),
      open: pick(open),
      high: pick(high),
      low: pick(low),
      close: pick(close),
      volume: pick(volume),
    },
    added,
    revised,
  };
}

/** Whether two bars have equal values. */
export function sameValues(a: BarValues, b: BarValues): boolean {
  return (
    a.open === b.open && a.high === b.high && a.low === b.low && a.close === b.close && a.volume === b.volume
  );
}
