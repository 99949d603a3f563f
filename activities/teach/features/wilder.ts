import { unknownColumn } from './rolling.js';

/**
 * Wilder's indicators (New Concepts in Technical Trading Systems, 1978), seeded as TA-Lib seeds them, in
 * their plain form over a whole series. Features use those of restarted-wilder.ts, which give the same
 * bits of the last bars alone.
 */

/** Prices of the bars, one column each, of equal length. */
export interface Prices {
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
}

/** Rises and falls of the close from bar to bar, both not negative; 0 at the first bar. */
export interface CloseMoves {
  readonly up: Float64Array;
  readonly down: Float64Array;
}

/** What the RSI is made of, computed once for all of its restarts. */
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
 * Relative strength index, 0 to 100. First known at bar `period`. 50 where the price has not moved at
 * all (TA-Lib gives 0 there).
 */
export function rsi(close: Float64Array, period: number): Float64Array {
  const share = 1 / period;
  const out = unknownColumn(close.length);
  const { up, down } = closeMoves(close);
  let gain = 0;
  let loss = 0;
  for (let i = 1; i < out.length; i += 1) {
    const [rise, fall] = [up[i] ?? NaN, down[i] ?? NaN];
    if (i <= period) {
      gain += rise * share;
      loss += fall * share;
    } else {
      gain = gain * (1 - share) + rise * share;
      loss = loss * (1 - share) + fall * share;
    }
    if (i >= period) out[i] = gain + loss === 0 ? 50 : (100 * gain) / (gain + loss);
  }
  return out;
}

/** True range of every bar; NaN at the first one, which has no close before it. */
function trueRanges({ high, low, close }: Prices): Float64Array {
  return close.map((_, bar) => {
    const before = close[bar - 1] ?? NaN;
    return Math.max(high[bar] ?? NaN, before) - Math.min(low[bar] ?? NaN, before);
  });
}

/** Average true range in the unit of the prices. First known at bar `period`. */
export function atr(prices: Prices, period: number): Float64Array {
  const share = 1 / period;
  const out = unknownColumn(prices.close.length);
  const ranges = trueRanges(prices);
  let average = 0;
  for (let i = 1; i < out.length; i += 1) {
    const range = ranges[i] ?? NaN;
    average = i <= period ? average + range * share : average * (1 - share) + range * share;
    if (i >= period) out[i] = average;
  }
  return out;
}

/** Directional movement and true range of every bar. */
export interface DirectionalMoves {
  readonly plus: Float64Array;
  readonly minus: Float64Array;
  readonly range: Float64Array;
}

/** What the ADX is made of, computed once for all of its restarts. */
export function directionalMoves(prices: Prices): DirectionalMoves {
  const { high, low } = prices;
  const plus = new Float64Array(high.length);
  const minus = new Float64Array(high.length);
  for (let i = 1; i < high.length; i += 1) {
    const up = (high[i] ?? NaN) - (high[i - 1] ?? NaN);
    const down = (low[i - 1] ?? NaN) - (low[i] ?? NaN);
    plus[i] = up > 0 && up > down ? up : 0;
    minus[i] = down > 0 && down > up ? down : 0;
  }
  return { plus, minus, range: trueRanges(prices) };
}

/**
 * Average directional movement index, 0 to 100. First known at bar `2·period − 1`. Bars without any
 * directional movement leave it as it was.
 */
export function adx(prices: Prices, period: number): Float64Array {
  const share = 1 / period;
  const out = unknownColumn(prices.close.length);
  const moves = directionalMoves(prices);
  let plus = 0;
  let minus = 0;
  let range = 0;
  let average = 0;
  for (let i = 1; i < out.length; i += 1) {
    const seeding = i < period;
    const decay = seeding ? 1 : 1 - 1 / period;
    plus = plus * decay + (moves.plus[i] ?? NaN);
    minus = minus * decay + (moves.minus[i] ?? NaN);
    range = range * decay + (moves.range[i] ?? NaN);
    if (seeding) continue;
    const moved = range > 0 && plus + minus > 0;
    const index = moved ? (100 * Math.abs(plus - minus)) / (plus + minus) : NaN;
    if (i < 2 * period) average += moved ? index * share : 0;
    else if (moved) average = average * (1 - share) + index * share;
    if (i >= 2 * period - 1) out[i] = average;
  }
  return out;
}
