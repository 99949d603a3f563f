import { square } from '../../data/math/square.js';
import { mean, standardDeviation } from './moments.js';
import { normalCdf, normalQuantile } from './normal.js';

const EULER_GAMMA = 0.5772156649015329;

/** What the probabilistic Sharpe ratio needs to know of a series of returns. */
export interface SharpeMoments {
  /** Observations that are independent of each other. */
  readonly n: number;
  /** Mean over standard deviation (ddof 0), per period, not annualised. */
  readonly sharpe: number;
  /** Sample skewness, corrected for bias. */
  readonly skew: number;
  /** Sample kurtosis, corrected for bias, not excess (3 for a normal). */
  readonly kurtosis: number;
}

/**
 * Moments of returns; null of fewer than 4 of them or of constant ones.
 *
 * @param n Independent observations among them: fewer than their number where holdings overlap.
 */
export function sharpeMoments(returns: Float64Array, n: number = returns.length): SharpeMoments | null {
  const count = returns.length;
  const centre = mean(returns);
  const deviation = standardDeviation(returns, 0);
  if (count < 4 || centre === null || deviation === null || deviation === 0) return null;
  let third = 0;
  let fourth = 0;
  for (const value of returns) {
    const z = (value - centre) / deviation;
    third += z * z * z;
    fourth += square(z * z);
  }
  const excess =
    (((count + 1) * (fourth / count) - 3 * (count - 1)) * (count - 1)) / ((count - 2) * (count - 3));
  return {
    n,
    sharpe: centre / deviation,
    skew: ((third / count) * Math.sqrt(count * (count - 1))) / (count - 2),
    kurtosis: excess + 3,
  };
}

/**
 * Probabilistic Sharpe ratio: Φ((SR − SR*)·√(n−1) / √(1 − γ₃·SR + (γ₄−1)/4·SR²)), the chance that the
 * true Sharpe ratio is above SR* (Bailey & López de Prado, 2012). Null where the moments are too extreme
 * for the approximation or n is below 2.
 */
export function probabilisticSharpe(moments: SharpeMoments, benchmark: number): number | null {
  const spread = dispersion(moments);
  if (spread <= 0 || moments.n < 2) return null;
  return normalCdf(((moments.sharpe - benchmark) * Math.sqrt(moments.n - 1)) / Math.sqrt(spread));
}

/**
 * SR* of the deflated Sharpe ratio: √V[SR]·((1−γ)Φ⁻¹(1−1/N) + γΦ⁻¹(1−1/(N·e))), the best Sharpe ratio
 * to be expected of N worthless trials (Bailey & López de Prado, 2014); 0 for one trial.
 *
 * @param variance Variance of the trials' Sharpe ratios, per period.
 */
export function deflatedBenchmark(trials: number, variance: number): number {
  if (trials <= 1) return 0;
  const best =
    (1 - EULER_GAMMA) * normalQuantile(1 - 1 / trials) +
    EULER_GAMMA * normalQuantile(1 - 1 / (trials * Math.E));
  return Math.sqrt(variance) * best;
}

/**
 * Variance of the Sharpe ratio's own estimate, (1 − γ₃·SR + (γ₄−1)/4·SR²)/(n−1) (Mertens, 2002): stands
 * for the variance across trials, whose single Sharpe ratios a run does not keep.
 */
export function sharpeVariance(moments: SharpeMoments): number | null {
  const spread = dispersion(moments);
  return spread <= 0 || moments.n < 2 ? null : spread / (moments.n - 1);
}

function dispersion({ sharpe, skew, kurtosis }: SharpeMoments): number {
  return 1 - skew * sharpe + ((kurtosis - 1) / 4) * square(sharpe);
}
