import { square } from '../../data/math/square.js';
import { mean, standardDeviation } from './moments.js';
import { normalCdf, normalQuantile } from './normal.js';

const EULER_GAMMA = 0.5772156649015329;

/** The moments of a series of returns that the probabilistic Sharpe ratio depends on. */
export interface SharpeMoments {
  /** Number of independent observations. */
  readonly n: number;
  /** Mean over standard deviation (ddof 0), per period, not annualised. */
  readonly sharpe: number;
  /** Sample skewness, corrected for bias. */
  readonly skew: number;
  /** Sample kurtosis, corrected for bias, not excess (3 for a normal). */
  readonly kurtosis: number;
}

/**
 * Moments of returns; null for fewer than four returns or constant ones.
 *
 * @param n Number of independent observations: smaller than the number of returns if holdings overlap.
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
 * Probabilistic Sharpe ratio: Φ((SR − SR*)·√(n−1) / √(1 − γ₃·SR + (γ₄−1)/4·SR²)), the probability that
 * the true Sharpe ratio is above SR* (Bailey & López de Prado, 2012). Null if the moments are too extreme for the
 * approximation or n is below 2.
 */
export function probabilisticSharpe(moments: SharpeMoments, benchmark: number): number | null {
  const spread = sharpeDispersion(moments);
  if (spread <= 0 || moments.n < 2) return null;
  return normalCdf(((moments.sharpe - benchmark) * Math.sqrt(moments.n - 1)) / Math.sqrt(spread));
}

/**
 * SR* of the deflated Sharpe ratio: √V[SR]·((1−γ)Φ⁻¹(1−1/N) + γΦ⁻¹(1−1/(N·e))), the expected
 * maximum Sharpe ratio of N trials without skill (Bailey & López de Prado, 2014); 0 for one trial.
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

/** A Sharpe ratio after the best of as many trials without skill. */
export interface DeflatedSharpe {
  /** SR*, per period; see {@link deflatedBenchmark}. */
  readonly benchmark: number | null;
  /** Probability that the true ratio is above it. */
  readonly deflated: number | null;
}

/**
 * The deflated Sharpe ratio (Bailey & López de Prado, 2014).
 *
 * @param trials Number of configurations that were compared.
 * @param ratios Sharpe ratios of trials, per period, where a run stores them: SR* then has their sample variance, at
 * least two of them. Without them it has that of the estimate itself.
 */
export function deflatedSharpe(
  moments: SharpeMoments,
  trials: number,
  ratios: ArrayLike<number> = [],
): DeflatedSharpe {
  const deviation = ratios.length < 2 ? null : standardDeviation(ratios, 1);
  const variance = deviation === null ? sharpeVariance(moments) : square(deviation);
  if (variance === null) return { benchmark: null, deflated: null };
  const benchmark = deflatedBenchmark(trials, variance);
  return { benchmark, deflated: probabilisticSharpe(moments, benchmark) };
}

/**
 * Variance of the estimated Sharpe ratio, (1 − γ₃·SR + (γ₄−1)/4·SR²)/(n−1) (Mertens, 2002): it replaces the variance
 * across trials where a run does not store their Sharpe ratios.
 */
function sharpeVariance(moments: SharpeMoments): number | null {
  const spread = sharpeDispersion(moments);
  return spread <= 0 || moments.n < 2 ? null : spread / (moments.n - 1);
}

/** 1 − γ₃·SR + (γ₄−1)/4·SR²: the variance of √n times the estimated ratio. */
export function sharpeDispersion({ sharpe, skew, kurtosis }: Omit<SharpeMoments, 'n'>): number {
  return 1 - skew * sharpe + ((kurtosis - 1) / 4) * square(sharpe);
}
