import type { BarSeries } from '../../../data/bars/series.js';
import { lowerBound, sliceBars } from '../../../data/bars/series.js';
import { randomStream } from '../../../data/random.js';

/** Number of symbols probed: enough for a cross-section even while some are not listed yet. */
const SYMBOLS = 8;
/** Number of dates at which each probe cuts or changes the bars. */
const CUTS = 3;
/** Maximum number of market bars probed: ten years of daily bars; of intraday series a part is probed. */
const MARKET_BARS = 2500;

/** The bars and dates that the probes of a run use. */
export interface LeakageSample {
  /** Bars of the chosen symbols over one period. */
  readonly series: readonly BarSeries[];
  /** Times of the last bars that truncation and future perturbation keep unchanged, and of the first bars that warm-up keeps. */
  readonly truncation: readonly number[];
  readonly future: readonly number[];
  readonly warmUp: readonly number[];
}

/**
 * The symbols whose features a run's probes test. They are drawn from the run's seed, so that nobody chooses
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

/** Draws symbols, period and dates. @param all Bars of the whole universe. */
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
    // Cuts are late, since the rows before them are compared; warm-ups are early, since the rows after them are.
    truncation: places(0.3, 0.98),
    future: places(0.3, 0.98),
    warmUp: places(0.02, 0.6),
  };
}
