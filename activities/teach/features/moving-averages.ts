import { meanOf } from './rolling.js';
import type { Stretch } from './stretch.js';
import { wholeOf } from './stretch.js';

/**
 * Exponential moving average, α = 2 / (period + 1), seeded with the simple mean of the first `period`
 * values, as TA-Lib's EMA. First known at `from + period − 1`.
 */
export function ema(
  values: Float64Array,
  period: number,
  { from, to, out }: Stretch = wholeOf(values),
): Float64Array {
  if (to - from < period) return out;
  const alpha = 2 / (period + 1);
  let average = meanOf(values, from, period);
  out[from + period - 1] = average;
  for (let i = from + period; i < to; i += 1) {
    average += alpha * ((values[i] ?? NaN) - average);
    out[i] = average;
  }
  return out;
}

/**
 * MACD line: the fast EMA minus the slow one, both first known at `from + slow − 1` (TA-Lib seeds the fast
 * one with the bars just before it, not with the first ones). The signal line is `ema(line, signal)` from
 * there on.
 */
export function macdLine(
  values: Float64Array,
  fast: number,
  slow: number,
  { from, to, out }: Stretch = wholeOf(values),
): Float64Array {
  if (to - from < slow) return out;
  const fastAlpha = 2 / (fast + 1);
  const slowAlpha = 2 / (slow + 1);
  let fastAverage = meanOf(values, from + slow - fast, fast);
  let slowAverage = meanOf(values, from, slow);
  out[from + slow - 1] = fastAverage - slowAverage;
  for (let i = from + slow; i < to; i += 1) {
    const value = values[i] ?? NaN;
    fastAverage += fastAlpha * (value - fastAverage);
    slowAverage += slowAlpha * (value - slowAverage);
    out[i] = fastAverage - slowAverage;
  }
  return out;
}
