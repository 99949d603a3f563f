import { square } from '../../data/math/square.js';
import { mean } from './moments.js';

/**
 * Weights of the autocovariances at lags 1 to L: `rectangular`: 1, as Diebold & Mariano (1995), whose sum can be
 * negative; `bartlett`: 1 − k / (L + 1) (Newey & West, 1987), which cannot.
 */
export type LagWindow = 'rectangular' | 'bartlett';

/**
 * Long-run variance of a stationary series, γ₀ + 2 Σ w(k) γ(k), so that this over n is the variance of its mean;
 * autocovariances are divided by n.
 *
 * @param lags L, the last lag. @returns NaN without values.
 */
export function longRunVariance(values: ArrayLike<number>, lags: number, window: LagWindow): number {
  const n = values.length;
  const centre = mean(values) ?? NaN;
  let variance = 0;
  for (let at = 0; at < n; at += 1) variance += square((values[at] ?? NaN) - centre);
  for (let lag = 1; lag <= Math.min(lags, n - 1); lag += 1) {
    let products = 0;
    for (let at = lag; at < n; at += 1)
      products += ((values[at] ?? NaN) - centre) * ((values[at - lag] ?? NaN) - centre);
    variance += 2 * (window === 'rectangular' ? 1 : 1 - lag / (lags + 1)) * products;
  }
  return variance / n;
}
