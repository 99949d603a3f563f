import { randomStream } from '../../data/random.js';
import { quantile, standardDeviation } from './moments.js';

/** Replicates of each bootstrap. */
export const REPLICATES = 500;
/** Level of each confidence interval. */
export const CONFIDENCE = 0.95;
/** With fewer blocks there is no interval: they cannot show how much a figure varies. */
const MIN_BLOCKS = 5;

/** Shortest block, in sessions. */
const BLOCK_SESSIONS = 10;

/**
 * Length of a block, in dates. Labels overlap over `horizon` dates, so a block is twice as long, and at least ten
 * sessions because returns are autocorrelated beyond their labels. A date is the time of a bar. A session has many
 * intraday bars: blocks of a few bars would treat the bars of one morning as independent.
 *
 * @param perSession Dates per session.
 */
export function blockLength(horizon: number, perSession = 1): number {
  return Math.max(BLOCK_SESSIONS * perSession, 2 * horizon);
}

/** Mean number of dates per session, rounded; 1 for daily bars. @param dates Times as in predictions. */
export function datesPerSession(dates: readonly string[]): number {
  const sessions = new Set(dates.map((date) => date.slice(0, 'YYYY-MM-DD'.length))).size;
  return sessions === 0 ? 1 : Math.round(dates.length / sessions);
}

/** Whether there are enough dates for an interval. */
export function enoughDates(dates: number, horizon: number, perSession = 1): boolean {
  return dates >= MIN_BLOCKS * blockLength(horizon, perSession);
}

/**
 * Circular block bootstrap (Politis & Romano, 1992). All figures of a split share one set of draws, so their
 * differences are paired.
 *
 * @returns For each replicate, how often each date was drawn; empty when there are too few dates for an interval.
 */
export function drawDates(
  dates: number,
  horizon: number,
  seed: number,
  purpose: string,
  perSession = 1,
): Int32Array[] {
  const block = blockLength(horizon, perSession);
  if (!enoughDates(dates, horizon, perSession)) return [];
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

/** A figure per replicate; null where it is undefined. */
export type Replicates = readonly (number | null)[];

/** Percentile interval; null when less than nine tenths of the replicates have the figure. */
export function confidenceInterval(replicates: Replicates): { low: number | null; high: number | null } {
  const known = Float64Array.from(replicates.filter((value) => value !== null)).sort();
  if (known.length === 0 || known.length < 0.9 * replicates.length) return { low: null, high: null };
  const tail = (1 - CONFIDENCE) / 2;
  return { low: quantile(known, tail), high: quantile(known, 1 - tail) };
}

/** Standard deviation over the replicates; null when less than nine tenths of them have the figure. */
export function standardError(replicates: Replicates): number | null {
  const known = Float64Array.from(replicates.filter((value) => value !== null));
  return known.length < 0.9 * replicates.length ? null : standardDeviation(known, 1);
}

/**
 * One-sided p-value of the null hypothesis "the effect is not above zero": the share of replicates that exceed the
 * estimate by at least as much as the estimate exceeds zero, (1 + #{d* − d ≥ d}) / (B + 1) (Efron & Tibshirani,
 * 1993, 16.4).
 */
export function pValueAboveZero(estimate: number | null, replicates: Replicates): number | null {
  const known = replicates.filter((value) => value !== null);
  if (estimate === null || known.length === 0 || known.length < 0.9 * replicates.length) return null;
  return (1 + known.filter((value) => value - estimate >= estimate).length) / (known.length + 1);
}
