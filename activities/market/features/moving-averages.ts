import { meanOf, unknownColumn } from '../columns/rolling.js';

/**
 * Exponential moving average, α = 2 / (period + 1), seeded with the simple mean of the first `period`
 * values, as in TA-Lib. First known at `from + period − 1`.
 *
 * @param from Index of the first value used. @default 0
 */
export function ema(values: Float64Array, period: number, from = 0): Float64Array {
  const out = unknownColumn(values.length);
  if (values.length - from < period) return out;
  const alpha = 2 / (period + 1);
  let average = meanOf(values, from, period);
  out[from + period - 1] = average;
  for (let i = from + period; i < values.length; i += 1) {
    average += alpha * ((values[i] ?? NaN) - average);
    out[i] = average;
  }
  return out;
}

/**
 * MACD line: the fast EMA minus the slow one, both first known at `slow − 1` (as in TA-Lib, the fast EMA is
 * seeded with the `fast` bars up to there, not with the first ones). The signal line is
 * `ema(line, signal, slow − 1)`.
 */
export function macdLine(values: Float64Array, fast: number, slow: number): Float64Array {
  const above = ema(values, fast, slow - fast);
  const below = ema(values, slow);
  return above.map((average, bar) => average - (below[bar] ?? NaN));
}
