import { square } from '../../data/math/square.js';

/** Arithmetic mean; null without values. */
export function mean(values: ArrayLike<number>): number | null {
  if (values.length === 0) return null;
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i] ?? 0;
  return sum / values.length;
}

/**
 * Standard deviation; `ddof` is subtracted from the number of values (1 for a sample, 0 for a population). Null for
 * too few values.
 */
export function standardDeviation(values: ArrayLike<number>, ddof: 0 | 1): number | null {
  const centre = mean(values);
  if (centre === null || values.length <= ddof) return null;
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += square((values[i] ?? 0) - centre);
  return Math.sqrt(sum / (values.length - ddof));
}

/** a / b, or null if one of them is null or b is zero. */
export function ratio(a: number | null, b: number | null): number | null {
  return a === null || b === null || b === 0 ? null : a / b;
}

/**
 * Quantile by linear interpolation between order statistics (type 7 of Hyndman & Fan, 1996).
 *
 * @param sorted Values in ascending order, at least one.
 */
export function quantile(sorted: Float64Array, share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/**
 * Standard error of the mean of a time series of figures whose labels overlap: `overlap` neighbours count as one
 * independent figure. Infinite unless there is more than one.
 */
export function standardErrorOfOverlapping(values: readonly number[], overlap: number): number {
  const independent = values.length / Math.max(1, overlap);
  if (values.length < 2 || independent <= 1) return Infinity;
  const centre = mean(values) ?? NaN;
  const variance = values.reduce((sum, value) => sum + square(value - centre), 0) / (values.length - 1);
  return Math.sqrt(variance / independent);
}
