import type { BarSeries } from '../../data/bars/series.js';
import { lowerBound, sliceBars } from '../../data/bars/series.js';
import { randomStream } from '../../data/random.js';

/** Symbols probed: enough for a cross-section, which needs five, also where some are not listed yet. */
const SYMBOLS = 8;
/** Places at which each probe cuts or changes the bars. */
const CUTS = 3;
/** Bars of the market probed at most: ten years of days; an intraday series is probed over a stretch. */
const MARKET_BARS = 2500;

/** What the probes of a run look at. */
export interface LeakageSample {
  /** Bars of the chosen symbols over one stretch. */
  readonly series: readonly BarSeries[];
  /** Times of the last bars left alone by truncation and future perturbation, and of the first ones left by warm-up. */
  readonly truncation: readonly number[];
  readonly future: readonly number[];
  readonly warmUp: readonly number[];
}

/**
 * The symbols whose features a run's probes look at: drawn from the run's seed, so that nobody chooses
 * them and a verifier can draw them again.
 *
 * @param symbols All symbols with bars.
 * @returns Sorted.
 */
export function sampleSymbols(symbols: readonly string[], seed: number): string[] {
  const order = randomStream([seed, 'leakage', 'symbols']).shuffle(Array.from(symbols.keys()));
  const sorted = [...symbols].sort();
  return [...order.slice(0, SYMBOLS)].map((place) => sorted[place] ?? '').sort();
}

/** Draws symbols, stretch and places. @param all Bars of the whole universe. */
export function drawSample(all: readonly BarSeries[], seed: number): LeakageSample {
  const chosen = new Set(
    sampleSymbols(
      all.map(({ symbol }) => symbol),
      seed,
    ),
  );
  const series = all.filter(({ symbol }) => chosen.has(symbol));
  const random = randomStream([seed, 'leakage', 'places']);
  const times = Int32Array.from(new Set(series.flatMap(({ time }) => Array.from(time)))).sort();
  const first = random.integer(0, Math.max(0, times.length - MARKET_BARS));
  const stretch = times.subarray(first, first + MARKET_BARS);
  const [start, end] = [stretch[0] ?? 0, (stretch.at(-1) ?? -1) + 1];
  const places = (low: number, high: number): number[] =>
    stretch.length === 0
      ? []
      : Array.from({ length: CUTS }, () => {
          const place = random.integer(Math.floor(low * stretch.length), Math.floor(high * stretch.length));
          return stretch[Math.min(place, stretch.length - 1)] ?? 0;
        });
  return {
    series: series.map((bars) => sliceBars(bars, lowerBound(bars.time, start), lowerBound(bars.time, end))),
    // Rows up to a cut are compared, so cuts are late; a warm-up compares the rows after it.
    truncation: places(0.3, 0.98),
    future: places(0.3, 0.98),
    warmUp: places(0.02, 0.6),
  };
}
