import { exp } from '../../data/math/exp.js';

/**
 * Cumulative standard normal Φ(z), to about 1e-15: the Maclaurin series of erf near the middle, Lentz's
 * continued fraction of erfc in the tails (Abramowitz & Stegun 7.1.6 and 7.1.14).
 */
export function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const upper = x < 2.5 ? 1 - erfSeries(x) : erfcFraction(x);
  return z > 0 ? 1 - upper / 2 : upper / 2;
}

/**
 * Φ⁻¹(p) by bisection of Φ: as accurate as Φ itself.
 *
 * @throws RangeError unless 0 < p < 1.
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`no normal quantile of ${p}`);
  // Small probabilities have more digits than those near 1, so the upper half mirrors the lower one.
  if (p > 0.5) return -normalQuantile(1 - p);
  let low = -40;
  let high = 0;
  for (let step = 0; step < 100; step += 1) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-17; n += 1) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return ((2 * sum) / Math.sqrt(Math.PI)) * exp(-x * x);
}

function erfcFraction(x: number): number {
  // erfc(x) = e^(−x²)/√π · 1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …)))), evaluated from its far end.
  let fraction = x;
  for (let n = 120; n >= 1; n -= 1) fraction = x + n / 2 / fraction;
  return exp(-x * x) / (fraction * Math.sqrt(Math.PI));
}
