/*
 * After e_exp.c of fdlibm 5.3. Copyright (C) 2004 by Sun Microsystems, Inc. All rights reserved. Permission to
 * use, copy, modify, and distribute this software is freely granted, provided that this notice is preserved.
 */

import { timesPowerOfTwo } from './float-words.js';

/** ln 2 as a sum; the first part has so few digits that its product with a whole exponent is exact. */
const LN2 = {
  high: 0.6931471803691238,
  low: 1.9082149292705877e-10,
  reciprocal: 1.4426950408889634,
} as const;

/** The result is infinite above the one and zero below the other. */
const LARGEST = 709.782712893384;
const SMALLEST = -745.1332191019411;
/** Just above ln(2) / 2: below it, the argument is small enough for the polynomial. */
const REDUCED = 0.3465735912322998;
/** The square of what is smaller adds nothing to 1. */
const TINY = 3.725290298461914e-9;

/** Coefficients of r · (exp(r) + 1) / (exp(r) − 1) − 2 in r², a minimax approximation on [0, ln(2) / 2]. */
const [P1, P2, P3, P4, P5] = [
  0.16666666666666602, -0.0027777777777015593, 6.613756321437934e-5, -1.6533902205465252e-6,
  4.1381367970572385e-8,
] as const;

/**
 * e^x, within one unit in the last place: x less k · ln 2, a rational approximation of what is left, times 2^k.
 */
export function exp(x: number): number {
  if (x > LARGEST) return Infinity;
  if (x < SMALLEST) return 0;
  const size = Math.abs(x);
  if (size < TINY) return 1 + x;
  if (size < REDUCED) return 1 + (expBeyondLine(x) + x);
  // What follows would get the last digit of e wrong.
  if (x === 1) return Math.E;
  const k = Math.trunc(LN2.reciprocal * x + (x > 0 ? 0.5 : -0.5));
  const high = x - k * LN2.high;
  const low = k * LN2.low;
  return timesPowerOfTwo(1 - (low - expBeyondLine(high - low) - high), k);
}

/** exp(r) − 1 − r for |r| up to ln(2) / 2. */
export function expBeyondLine(r: number): number {
  const t = r * r;
  const c = r - t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * P5))));
  return (r * c) / (2 - c);
}
