import type { Stretch } from './stretch.js';
import { wholeOf } from './stretch.js';

/**
 * Wilder's indicators (New Concepts in Technical Trading Systems, 1978), seeded as TA-Lib seeds them.
 */

/** Prices of the bars, one column each, of equal length. */
export interface Prices {
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
}

/**
 * Relative strength index, 0 to 100. First known at `from + period`. 50 where the price has not moved at
 * all (TA-Lib gives 0 there).
 */
export function rsi(
  close: Float64Array,
  period: number,
  { from, to, out }: Stretch = wholeOf(close),
): Float64Array {
  let gain = 0;
  let loss = 0;
  for (let i = from + 1; i < to; i += 1) {
    const change = (close[i] ?? NaN) - (close[i - 1] ?? NaN);
    const up = change > 0 ? change : 0;
    const down = change < 0 ? -change : 0;
    if (i - from <= period) {
      gain += up / period;
      loss += down / period;
    } else {
      gain = (gain * (period - 1) + up) / period;
      loss = (loss * (period - 1) + down) / period;
    }
    if (i - from >= period) out[i] = gain + loss === 0 ? 50 : (100 * gain) / (gain + loss);
  }
  return out;
}

/** Average true range in the unit of the prices. First known at `from + period`. */
export function atr(
  prices: Prices,
  period: number,
  { from, to, out }: Stretch = wholeOf(prices.close),
): Float64Array {
  let average = 0;
  for (let i = from + 1; i < to; i += 1) {
    const range = trueRange(prices, i);
    average = i - from <= period ? average + range / period : (average * (period - 1) + range) / period;
    if (i - from >= period) out[i] = average;
  }
  return out;
}

/**
 * Average directional movement index, 0 to 100. First known at `from + 2·period − 1`. Bars without any
 * directional movement leave it as it was.
 */
export function adx(
  prices: Prices,
  period: number,
  { from, to, out }: Stretch = wholeOf(prices.close),
): Float64Array {
  let plus = 0;
  let minus = 0;
  let range = 0;
  let average = 0;
  for (let i = from + 1; i < to; i += 1) {
    const seeding = i - from < period;
    const up = (prices.high[i] ?? NaN) - (prices.high[i - 1] ?? NaN);
    const down = (prices.low[i - 1] ?? NaN) - (prices.low[i] ?? NaN);
    const decay = seeding ? 1 : 1 - 1 / period;
    plus = plus * decay + (up > 0 && up > down ? up : 0);
    minus = minus * decay + (down > 0 && down > up ? down : 0);
    range = range * decay + trueRange(prices, i);
    if (seeding) continue;
    const moved = range > 0 && plus + minus > 0;
    const index = moved ? (100 * Math.abs(plus - minus)) / (plus + minus) : NaN;
    if (i - from < 2 * period) average += moved ? index / period : 0;
    else if (moved) average = (average * (period - 1) + index) / period;
    if (i - from >= 2 * period - 1) out[i] = average;
  }
  return out;
}

function trueRange({ high, low, close }: Prices, bar: number): number {
  const before = close[bar - 1] ?? NaN;
  return Math.max(high[bar] ?? NaN, before) - Math.min(low[bar] ?? NaN, before);
}
