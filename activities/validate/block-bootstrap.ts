import { randomStream } from '../../data/random.js';
import { quantile, standardDeviation } from './moments.js';

/** Replicates of every bootstrap. */
export const REPLICATES = 500;
/** Level of every confidence interval. */
export const CONFIDENCE = 0.95;
/** Fewer blocks than these cannot show how much a figure varies: there is no interval then. */
const MIN_BLOCKS = 5;

/**
 * Dates drawn together. Labels overlap over `horizon` dates, so a block is twice as long as that, and at
 * least ten dates for what markets remember besides.
 */
export function blockLength(horizon: number): number {
  return Math.max(10, 2 * horizon);
}

/**
 * Circular block bootstrap (Politis & Romano, 1992): how often each date counts, replicate by replicate.
 * All figures of a split share one set of draws, so their differences are paired.
 *
 * @returns Empty when there are too few dates for an interval.
 */
export function drawDates(dates: number, horizon: number, seed: number, purpose: string): Int32Array[] {
  const block = blockLength(horizon);
  if (dates < MIN_BLOCKS * block) return [];
  const random = randomStream([seed, 'bootstrap', purpose]);
  return Array.from({ length: REPLICATES }, () => {
    const weight = new Int32Array(dates);
    for (let drawn = 0; drawn < dates;) {
      const start = random.integer(0, dates - 1);
      for (let i = 0; i < block && drawn < dates; i += 1, drawn += 1) {
        const date = (start + i) % dates;
        weight[date] = (weight[date] ?? 0) + 1;
      }
    }
    return weight;
  });
}

/** A figure of every replicate; null where a replicate cannot give it. */
export type Replicates = readonly (number | null)[];

/** Percentile interval; null when fewer than nine tenths of the replicates give the figure. */
export function confidenceInterval(replicates: Replicates): { low: number | null; high: number | null } {
  const known = Float64Array.from(replicates.filter((value) => value !== null)).sort();
  if (known.length === 0 || known.length < 0.9 * replicates.length) return { low: null, high: null };
  const tail = (1 - CONFIDENCE) / 2;
  return { low: quantile(known, tail), high: quantile(known, 1 - tail) };
}

/** Standard deviation over the replicates; null when fewer than nine tenths of them give the figure. */
export function standardError(replicates: Replicates): number | null {
  const known = Float64Array.from(replicates.filter((value) => value !== null));
  return known.length < 0.9 * replicates.length ? null : standardDeviation(known, 1);
}

/**
 * One-sided p-value of "the effect is not above zero": the share of replicates that lie as far above the
 * estimate as the estimate lies above zero, (1 + #{d* − d ≥ d}) / (B + 1) (Efron & Tibshirani, 1993, 16.4).
 */
export function pValueAboveZero(estimate: number | null, replicates: Replicates): number | null {
  const known = replicates.filter((value) => value !== null);
  if (estimate === null || known.length === 0 || known.length < 0.9 * replicates.length) return null;
  return (1 + known.filter((value) => value - estimate >= estimate).length) / (known.length + 1);
}
