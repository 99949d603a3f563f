import { log } from '../../data/math/log.js';

/** ½ ln 2π. */
const HALF_LOG_TWO_PI = 0.9189385332046728;
/** From here on, the first term that the series leaves out is below 1e-15. */
const SERIES_FROM = 10;

/** B₂ₖ / (2k (2k − 1)) for k = 1 … 7, the coefficients of Stirling's series. */
const COEFFICIENTS = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360, 1 / 156] as const;

/**
 * ln Γ(x), to about 1e-15 of the larger of it and 1: Stirling's series (NIST Digital Library of Mathematical
 * Functions, 5.11.1), after Γ(x) = Γ(x + n) / (x (x + 1) … (x + n − 1)) where x is small.
 *
 * @param x Above 0.
 */
export function logGamma(x: number): number {
  let argument = x;
  let product = 1;
  for (; argument < SERIES_FROM; argument += 1) product *= argument;
  const inverse = 1 / argument;
  let rest = 0;
  for (let k = COEFFICIENTS.length - 1; k >= 0; k -= 1)
    rest = rest * inverse * inverse + (COEFFICIENTS[k] ?? 0);
  return (argument - 0.5) * log(argument) - argument + HALF_LOG_TWO_PI + rest * inverse - log(product);
}
