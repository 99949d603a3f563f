import { exp } from '../../data/math/exp.js';
import { log } from '../../data/math/log.js';
import { logGamma } from './log-gamma.js';

/** Stands for a denominator of 0. */
const TINY = 1e-300;
const PRECISION = 1e-16;
const MAX_TERMS = 10_000;

/**
 * The regularised incomplete beta function I_x(a, b), by its continued fraction (NIST Digital Library of Mathematical
 * Functions, 8.17.22) with the modified method of Lentz; where x is above (a + 1) / (a + b + 2), by
 * 1 − I_{1−x}(b, a), which converges there.
 *
 * @param x In [0, 1]. @param rest 1 − x, which the caller may know to more digits.
 * @param a Above 0. @param b Above 0.
 */
export function incompleteBeta(x: number, a: number, b: number, rest = 1 - x): number {
  if (x <= 0) return 0;
  if (rest <= 0) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(rest, b, a, x);
  const logFront = a * log(x) + b * log(rest) + logGamma(a + b) - logGamma(a) - logGamma(b);
  return exp(logFront) / (a * fraction(x, a, b));
}

/** 1 + d₁/(1 + d₂/(1 + …)). */
function fraction(x: number, a: number, b: number): number {
  let value = 1;
  let c = 1;
  let d = 0;
  for (let n = 1; n <= MAX_TERMS; n += 1) {
    const m = n >> 1;
    const term =
      n % 2 === 0
        ? (m * (b - m) * x) / ((a + n - 1) * (a + n))
        : (-(a + m) * (a + b + m) * x) / ((a + n - 1) * (a + n));
    d = 1 / away(1 + term * d);
    c = away(1 + term / c);
    value *= c * d;
    if (Math.abs(c * d - 1) < PRECISION) break;
  }
  return value;
}

function away(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
