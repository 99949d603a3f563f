/*
 * After e_log.c and s_log1p.c of fdlibm 5.3. Copyright (C) 1993, 2004 by Sun Microsystems, Inc. All rights
 * reserved. Permission to use, copy, modify, and distribute this software is freely granted, provided that this
 * notice is preserved.
 */

import { highWord, powerOfTwo } from './float-words.js';

/** ln 2 as a sum; the first part has so few digits that its product with a whole exponent is exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const TWO_54 = 18014398509481984;
const SMALLEST_NORMAL = 2.2250738585072014e-308;

/** The fraction in a high word, and the exponent of 1. */
const FRACTION = 0xfffff;
const BIAS = 1023;

/** Coefficients of (ln(1 + s) − ln(1 − s) − 2 s) / s in s², a minimax approximation on [0, 0.1716]. */
const [L1, L2, L3, L4, L5, L6, L7] = [
  0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784, 0.1818357216161805,
  0.15313837699209373, 0.14798198605116586,
] as const;

/**
 * Natural logarithm, within one unit in the last place: x = 2^k · (1 + f) with 1 + f between √½ and √2, and a
 * polynomial in f / (2 + f) squared. −∞ for 0, NaN below it.
 */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  if (x < SMALLEST_NORMAL) return scaled(x * TWO_54, -54);
  return scaled(x, 0);
}

function scaled(value: number, less: number): number {
  const word = highWord(value);
  const fraction = word & FRACTION;
  // Above √2 the number is halved.
  const carry = (fraction + 0x95f64) & 0x100000;
  const exponent = (word >> 20) - BIAS + (carry >> 20);
  const f = value * powerOfTwo(-exponent) - 1;
  const k = exponent + less;
  if (((fraction + 2) & FRACTION) < 3) return nearOne(f, k);

  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const rest = z * (L1 + w * (L3 + w * (L5 + w * L7))) + w * (L2 + w * (L4 + w * L6));
  if (((fraction - 0x6147a) | (0x6b851 - fraction)) > 0) {
    const half = 0.5 * f * f;
    const product = s * (half + rest);
    return k === 0 ? f - (half - product) : k * LN2_HIGH - (half - (product + k * LN2_LOW) - f);
  }
  const product = s * (f - rest);
  return k === 0 ? f - product : k * LN2_HIGH - (product - k * LN2_LOW - f);
}

/** ln((1 + f) · 2^k) for |f| below 2^−20. */
function nearOne(f: number, k: number): number {
  if (f === 0) return k === 0 ? 0 : k * LN2_HIGH + k * LN2_LOW;
  const rest = f * f * (0.5 - 0.3333333333333333 * f);
  return k === 0 ? f - rest : k * LN2_HIGH - (rest - k * LN2_LOW - f);
}

/** 1 + x lies between √½ and √2: x is the fraction already. */
const FRACTION_FROM = -0.292893648147583;
const FRACTION_TO = 0.4142136573791504;
/** Above this, 1 is less than the last place. */
const TWO_53 = 9007199254740992;
/** Below 2^−29 the third power of x adds nothing, below 2^−54 the second does not. */
const TWO_TERMS = 1.862645149230957e-9;
const ONE_TERM = 5.551115123125783e-17;

/** Coefficients as those of {@link log}, in the order of powers. */
const polynomial = (z: number): number =>
  z * (L1 + z * (L2 + z * (L3 + z * (L4 + z * (L5 + z * (L6 + z * L7))))));

/** ln(1 + x), within one unit in the last place also where x is small. −∞ for −1, NaN below it. */
export function log1p(x: number): number {
  if (!(x > -1)) return x === -1 ? -Infinity : NaN;
  if (x === Infinity) return x;
  const size = Math.abs(x);
  if (size < TWO_TERMS) return size < ONE_TERM ? x : x - x * x * 0.5;
  if (x > FRACTION_FROM && x < FRACTION_TO) {
    const half = 0.5 * x * x;
    const s = x / (2 + x);
    return x - (half - s * (half + polynomial(s * s)));
  }
  // 1 + x = 2^k · (1 + f), and c what the sum lost, as a share.
  const sum = x < TWO_53 ? 1 + x : x;
  const word = highWord(sum);
  const fraction = word & FRACTION;
  const halved = fraction >= 0x6a09e;
  const k = (word >> 20) - BIAS;
  const lost = x < TWO_53 ? (k > 0 ? 1 - (sum - x) : x - (sum - 1)) / sum : 0;
  const exponent = halved ? k + 1 : k;
  const f = sum * powerOfTwo(-exponent) - 1;
  const low = exponent * LN2_LOW + lost;
  const half = 0.5 * f * f;
  if (halved ? fraction > 0xffffc : fraction === 0) {
    const rest = half * (1 - 0.6666666666666666 * f);
    return f === 0 ? exponent * LN2_HIGH + low : exponent * LN2_HIGH - (rest - low - f);
  }
  const s = f / (2 + f);
  return exponent * LN2_HIGH - (half - (s * (half + polynomial(s * s)) + low) - f);
}
