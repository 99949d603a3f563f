import { unknownColumn } from '../../../../activities/market/columns/rolling.js';
import type { Prices } from '../../../../activities/market/features/wilder.js';
import {
  closeMoves,
  directionalMoves,
  relativeStrength,
  trueRanges,
  wilderAverage,
} from '../../../../activities/market/features/wilder.js';

/*
 * Wilder's indicators in their plain form, over a whole series. The features have a finite memory; tests compare them
 * with these, and these with TA-Lib.
 */

/**
 * Relative strength index, 0 to 100. First known at bar `period`. 50 where the price has not moved at all
 * (0 in TA-Lib).
 */
export function rsi(close: Float64Array, period: number): Float64Array {
  const { up, down } = closeMoves(close);
  return relativeStrength(wilderAverage(up, period), wilderAverage(down, period));
}

/** Average true range in the unit of the prices. First known at bar `period`. */
export function atr(prices: Prices, period: number): Float64Array {
  return wilderAverage(trueRanges(prices), period);
}

/**
 * Average directional movement index, 0 to 100. First known at bar `2·period − 1`. Bars without directional
 * movement leave it unchanged. TA-Lib also requires a true range above zero, which always holds where there
 * is movement: a high above the previous high is above the previous close too, and likewise for lows.
 */
export function adx(prices: Prices, period: number): Float64Array {
  const share = 1 / period;
  const out = unknownColumn(prices.close.length);
  const moves = directionalMoves(prices);
  let plus = 0;
  let minus = 0;
  let average = 0;
  for (let i = 1; i < out.length; i += 1) {
    const seeding = i < period;
    const decay = seeding ? 1 : 1 - 1 / period;
    plus = plus * decay + (moves.plus[i] ?? NaN);
    minus = minus * decay + (moves.minus[i] ?? NaN);
    if (seeding) continue;
    const moved = plus + minus > 0;
    const index = moved ? (100 * Math.abs(plus - minus)) / (plus + minus) : NaN;
    if (i < 2 * period) average += moved ? index * share : 0;
    else if (moved) average = average * (1 - share) + index * share;
    if (i >= 2 * period - 1) out[i] = average;
  }
  return out;
}
