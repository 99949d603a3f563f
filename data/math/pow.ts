/*
 * After e_pow.c of fdlibm 5.3. Copyright (C) 2004 by Sun Microsystems, Inc. All rights reserved. Permission to
 * use, copy, modify, and distribute this software is freely granted, provided that this notice is preserved.
 */

import { expBeyondLine } from './exp.js';
import { highWord, timesPowerOfTwo, withHighWord, withoutLowWord } from './float-words.js';

/** A number as an unevaluated sum. The first part has few digits, so that its products are exact. */
type Sum = readonly [high: number, low: number];

/** Exponents may not be larger: nothing here needs them, and the products below would lose digits. */
const LARGEST_EXPONENT = 2147483648;
/** Results with a larger power of two are infinite, with a smaller one zero. */
const OVERFLOW = 1024;
const UNDERFLOW = -1075;
/** What may be added to 1024 before the result rounds to infinity: −(1024 − log2(largest + ½ ulp)). */
const BELOW_OVERFLOW = 8.008566259537294e-17;

/**
 * x^y, within one unit in the last place: log2 x as a sum of two numbers, times y, and two to the power of that.
 *
 * @param x Not negative.
 * @param y At most 2^31 in size.
 * @throws RangeError of other arguments; NaN gives NaN.
 */
export function pow(x: number, y: number): number {
  if (x < 0 || Math.abs(y) > LARGEST_EXPONENT)
    throw new RangeError(`pow takes no negative base and no exponent above 2^31: ${x}, ${y}`);
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN;
  if (y === 0 || x === 1) return 1;
  if (x === 0 || x === Infinity) return (x === 0) === y > 0 ? 0 : Infinity;

  const [high, low] = log2(x);
  const short = withoutLowWord(y);
  const product: Sum = [short * high, (y - short) * high + y * low];
  const power = product[0] + product[1];
  if (power >= OVERFLOW && (power > OVERFLOW || product[1] + BELOW_OVERFLOW > power - product[0]))
    return Infinity;
  if (power <= UNDERFLOW && (power < UNDERFLOW || product[1] <= power - product[0])) return 0;
  return exp2(product);
}

/** 2/(3 ln 2), and its parts. */
const CP = 0.9617966939259756;
const CP_HIGH = 0.9617967009544373;
const CP_LOW = -7.028461650952758e-9;
/** log2 1.5 in two parts. */
const LOG_HIGH = 0.5849624872207642;
const LOG_LOW = 1.350039202129749e-8;
/** Coefficients of 3/2 · (ln x − 2 s − 2/3 · s³) in s², a minimax approximation. */
const [L1, L2, L3, L4, L5, L6] = [
  0.5999999999999946, 0.4285714285785502, 0.33333332981837743, 0.272728123808534, 0.23066074577556175,
  0.20697501780033842,
] as const;

/** High words: the fraction, the exponent of numbers from 1 to 2, and the fractions of √1.5 and √3. */
const FRACTION = 0xfffff;
const ONE = 0x3ff00000;
const ROOT_OF_3_2 = 0x3988e;
const ROOT_OF_3 = 0xbb67a;
const TWO_53 = 9007199254740992;
const SMALLEST_NORMAL = 2.2250738585072014e-308;

/** log2 of a positive finite number to about 70 bits. */
function log2(x: number): Sum {
  const [value, less] = x < SMALLEST_NORMAL ? [x * TWO_53, 53] : [x, 0];
  const word = highWord(value);
  const fraction = word & FRACTION;
  const doubled = fraction >= ROOT_OF_3;
  const exponent = (word >> 20) - 1023 - less + (doubled ? 1 : 0);
  const near15 = !doubled && fraction > ROOT_OF_3_2;
  // x = 2^exponent · a, and a close to 1 or to 1.5.
  const high = fraction | (doubled ? ONE - 0x100000 : ONE);
  const a = withHighWord(value, high);
  const centre = near15 ? 1.5 : 1;

  // s = (a − centre) / (a + centre) in two parts.
  const difference = a - centre;
  const over = 1 / (a + centre);
  const s = difference * over;
  const sHigh = withoutLowWord(s);
  const sumHigh = withHighWord(0, ((high >> 1) | 0x20000000) + 0x80000 + (near15 ? 0x40000 : 0));
  const sumLow = a - (sumHigh - centre);
  const sLow = over * (difference - sHigh * sumHigh - sHigh * sumLow);

  // 3/2 · ln(a / centre) = s · (3 + s² + rest), in two parts.
  const z = s * s;
  const rest = z * z * (L1 + z * (L2 + z * (L3 + z * (L4 + z * (L5 + z * L6))))) + sLow * (sHigh + s);
  const square = sHigh * sHigh;
  const tHigh = withoutLowWord(3 + square + rest);
  const tLow = rest - (tHigh - 3 - square);
  const u = sHigh * tHigh;
  const v = sLow * tHigh + tLow * s;
  const pHigh = withoutLowWord(u + v);
  const pLow = v - (pHigh - u);

  const lHigh = CP_HIGH * pHigh;
  const lLow = CP_LOW * pHigh + pLow * CP + (near15 ? LOG_LOW : 0);
  const ofCentre = near15 ? LOG_HIGH : 0;
  const sum = withoutLowWord(lHigh + lLow + ofCentre + exponent);
  return [sum, lLow - (sum - exponent - ofCentre - lHigh)];
}

/** ln 2 in two parts. */
const LN2 = 0.6931471805599453;
const LN2_HIGH = 0.6931471824645996;
const LN2_LOW = -1.904654299957768e-9;

/** 2^(high + low), for sums between {@link UNDERFLOW} and {@link OVERFLOW}. */
function exp2([high, low]: Sum): number {
  const whole = nearest(high + low);
  const part = high - whole;
  const short = withoutLowWord(low + part);
  const u = short * LN2_HIGH;
  const v = (low - (short - part)) * LN2 + short * LN2_LOW;
  const z = u + v;
  const lost = v - (z - u);
  return timesPowerOfTwo(1 - (-expBeyondLine(z) - (lost + z * lost) - z), whole);
}

/** The nearest whole number, halves away from 0. */
function nearest(value: number): number {
  return value < 0 ? -Math.floor(0.5 - value) : Math.floor(value + 0.5);
}
