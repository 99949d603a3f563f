import { randomStream } from '../../data/random.js';
import { quantile, standardDeviation } from './moments.js';

/** Replicates of every bootstrap. */
export const REPLICATES = 500;
/** Level of every confidence interval. */
export const CONFIDENCE = 0.95;
/** Fewer blocks than these cannot show how much a figure varies: there is no interval then. */
const MIN_BLOCKS = 5;

/** Sessions drawn together at least. */
const BLOCK_SESSIONS = 10;

/**
 * Dates drawn together. Labels overlap over `horizon` dates, so a block is twice as long as that, and at
 * least ten sessions for what markets remember besides. A date is a bar's time: intraday, a session has
 * many, and a block of a few of them would take the bars of one morning for independent.
 *
 * @param perSession Dates of a session.
 */
export function blockLength(horizon: number, perSession = 1): number {
  return Math.max(BLOCK_SESSIONS * perSession, 2 * horizon);
}

/** Dates of a session, on average and rounded; 1 of daily bars. @param dates Times as predictions have them. */
export function datesPerSession(dates: readonly string[]): number {
  const sessions = new Set(dates.map((date) => date.slice(0, 'YYYY-MM-DD'.length))).size;
  return sessions === 0 ? 1 : Math.round(dates.length / sessions);
}

/**
 * Circular block bootstrap (Politis & Romano, 1992): how often each date counts, replicate by replicate.
 * All figures of a split share one set of draws, so their differences are paired.
 *
 * @returns Empty when there are too few dates for an interval.
 */
export function drawDates(
  dates: number,
  horizon: number,
  seed: number,
  purpose: string,
  perSession = 1,
): Int32Array[] {
  const block = blockLength(horizon, perSession);
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
