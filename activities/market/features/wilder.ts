import { unknownColumn } from '../columns/rolling.js';

/**
 * The parts of Wilder's indicators (New Concepts in Technical Trading Systems, 1978), seeded as in TA-Lib. Features
 * use them with a finite memory: see finite-memory.ts and restarted-adx.ts.
 */

/** Prices of the bars, one column each, of equal length. */
export interface Prices {
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
}

/** Gains and losses of the close from bar to bar, both non-negative; 0 at the first bar. */
export interface CloseMoves {
  readonly up: Float64Array;
  readonly down: Float64Array;
}

/** Inputs of the RSI. */
export function closeMoves(close: Float64Array): CloseMoves {
  const up = new Float64Array(close.length);
  const down = new Float64Array(close.length);
  for (let i = 1; i < close.length; i += 1) {
    const change = (close[i] ?? NaN) - (close[i - 1] ?? NaN);
    up[i] = change > 0 ? change : 0;
    down[i] = change < 0 ? -change : 0;
  }
  return { up, down };
}

/**
 * Wilder's smoothing: the mean of the `period` values after the first, then each new value with weight
 * 1 / period. First known at bar `period`.
 */
export function wilderAverage(values: Float64Array, period: number): Float64Array {
  const share = 1 / period;
  const out = unknownColumn(values.length);
  let average = 0;
  for (let i = 1; i < out.length; i += 1) {
    const value = values[i] ?? NaN;
    average = i <= period ? average + value * share : average * (1 - share) + value * share;
    if (i >= period) out[i] = average;
  }
  return out;
}

/** RSI from average gains and losses, 0 to 100; 50 where both are 0. */
export function relativeStrength(gains: Float64Array, losses: Float64Array): Float64Array {
  return gains.map((gain, bar) => {
    const both = gain + (losses[bar] ?? NaN);
    return both === 0 ? 50 : (100 * gain) / both;
  });
}

/** True range of every bar; NaN at the first bar, which has no previous close. */
export function trueRanges({ high, low, close }: Prices): Float64Array {
  return close.map((_, bar) => {
    const before = bar === 0 ? NaN : (close[bar - 1] ?? NaN);
    return Math.max(high[bar] ?? NaN, before) - Math.min(low[bar] ?? NaN, before);
  });
}

/** Directional movement of every bar, upwards and downwards. */
export interface DirectionalMoves {
  readonly plus: Float64Array;
  readonly minus: Float64Array;
}

/** Inputs of the ADX. */
export function directionalMoves({ high, low }: Pick<Prices, 'high' | 'low'>): DirectionalMoves {
  const plus = new Float64Array(high.length);
  const minus = new Float64Array(high.length);
  for (let i = 1; i < high.length; i += 1) {
    const up = (high[i] ?? NaN) - (high[i - 1] ?? NaN);
    const down = (low[i - 1] ?? NaN) - (low[i] ?? NaN);
    plus[i] = up > 0 && up > down ? up : 0;
    minus[i] = down > 0 && down > up ? down : 0;
  }
  return { plus, minus };
}
