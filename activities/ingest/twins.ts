import type { BarSeries } from '../../data/bars/series.js';
import type { SessionPrices } from '../../data/bars/session-prices.js';
import { sessionPrices } from '../../data/bars/session-prices.js';
import { correlationOfKnown } from '../stats/correlation.js';
import { mayCorrelate, squaresAroundMean } from './may-correlate.js';

/** Correlation of daily returns above which two symbols hold one company; the closest true pair of the NIFTY 100 has 0.885. */
const MAX_CORRELATION = 0.99;
/** Fewer common returns than these are no evidence. */
const MIN_DAYS = 60;
/**
 * A move of more than a fifth is a corporate action or a wrong print more often than a day's trade. Such days
 * are left out: bars are compared as traded, and a copy may be adjusted for actions where the original is not.
 */
const MAX_MOVE = 0.2;

/** Closes as traded, one a day, rising. */
export interface DailyCloses {
  readonly symbol: string;
  /** Day numbers. */
  readonly day: Int32Array;
  readonly close: Float64Array;
}

/** The days of a series. */
export interface SeriesDays extends SessionPrices {
  readonly symbol: string;
}

/** Two symbols that move as one. */
export interface Twins {
  /** In order of the alphabet. */
  readonly symbols: readonly [string, string];
  /** Pearson's, of their daily returns. */
  readonly correlation: number;
  /** Returns in common. */
  readonly days: number;
}

/** The days of a series, with its symbol. */
export function dailyCloses(series: BarSeries): SeriesDays {
  return { symbol: series.symbol, ...sessionPrices(series) };
}

/**
 * Finds the pairs whose daily returns correlate above 0.99 over at least 60 days on which both have a
 * return over the same span. Nearly all pairs are told apart by their first few dozen days (see may-correlate.ts): a
 * million pairs, of 1,430 symbols, take about a second.
 */
export function findTwins(closes: readonly DailyCloses[]): Twins[] {
  const sorted = [...closes].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
  const place = placesOf(sorted);
  const returns = sorted.map((series) => returnsOf(series, place));
  const squares = returns.map(squaresAroundMean);
  const twins: Twins[] = [];
  returns.forEach((a, i) => {
    for (let j = i + 1; j < returns.length; j += 1) {
      const b = returns[j] ?? new Float64Array(0);
      if (!mayCorrelate(a, b, squares[j] ?? NaN, MAX_CORRELATION)) continue;
      const { correlation, places: days } = correlationOfKnown(a, b);
      const symbols = [sorted[i]?.symbol ?? '', sorted[j]?.symbol ?? ''] as const;
      if (days >= MIN_DAYS && correlation > MAX_CORRELATION) twins.push({ symbols, correlation, days });
    }
  });
  return twins;
}

/**
 * How two series of one symbol move together: Pearson's correlation of their daily returns, over the days
 * on which both have one. 0 over no days where they have none in common.
 */
export function correlationOf(
  a: DailyCloses,
  b: DailyCloses,
): { readonly correlation: number; readonly days: number } {
  const place = placesOf([a, b]);
  const { correlation, places: common } = correlationOfKnown(returnsOf(a, place), returnsOf(b, place));
  return { correlation: common === 0 ? 0 : correlation, days: common };
}

/** Places of all days on which one of the series has bars. */
function placesOf(series: readonly DailyCloses[]): ReadonlyMap<number, number> {
  const days = new Set<number>();
  for (const { day } of series) for (const one of day) days.add(one);
  return new Map(Array.from(Int32Array.from(days).sort(), (day, index) => [day, index]));
}

/** Returns from one market day to the next, by the day's place; NaN where there is none to compare. */
function returnsOf({ day, close }: DailyCloses, place: ReadonlyMap<number, number>): Float64Array {
  const returns = new Float64Array(place.size).fill(NaN);
  for (let bar = 1; bar < day.length; bar += 1) {
    const here = place.get(day[bar] ?? NaN) ?? -1;
    if (place.get(day[bar - 1] ?? NaN) !== here - 1) continue;
    const change = (close[bar] ?? NaN) / (close[bar - 1] ?? NaN) - 1;
    if (Math.abs(change) <= MAX_MOVE) returns[here] = change;
  }
  return returns;
}
