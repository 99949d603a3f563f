import { log } from '../../data/math/log.js';

/** Tenths of the reference, as is customary. */
const BINS = 10;

/** How far one sample of a figure lies from another. */
export interface Drift {
  /**
   * Population stability index: Σ (f − t) · ln(f / t) over bins that each hold a tenth of the reference, t
   * and f being the shares of both samples (Siddiqi, Credit Risk Scorecards, 2006, chapter 10; the symmetric
   * divergence of Jeffreys, 1946). Every bin has half a row more on both sides, so that an empty one costs
   * much, not infinitely much. Rule of thumb: below 0.1 stable, above 0.25 another distribution.
   */
  readonly psi: number;
  /** Kolmogorov–Smirnov distance: the largest gap between the two distribution functions, 0 to 1 (Smirnov, 1948). */
  readonly ks: number;
}

/**
 * Compares two samples.
 *
 * @param train The reference; sorted in place, as is the other.
 */
export function driftBetween(train: Float32Array, forward: Float32Array): Drift {
  train.sort();
  forward.sort();
  return { psi: stabilityIndex(train, forward), ks: largestGap(train, forward) };
}

/** @param train Sorted. @param forward Sorted. */
function stabilityIndex(train: Float32Array, forward: Float32Array): number {
  let index = 0;
  let [fromTrain, fromForward] = [0, 0];
  for (const [untilTrain, untilForward] of binEnds(train, forward)) {
    // Equal tenths, of a figure with few values, are one bin.
    if (untilTrain === fromTrain) continue;
    const t = (untilTrain - fromTrain + 0.5) / (train.length + 0.5 * BINS);
    const f = (untilForward - fromForward + 0.5) / (forward.length + 0.5 * BINS);
    index += (f - t) * log(f / t);
    [fromTrain, fromForward] = [untilTrain, untilForward];
  }
  return index;
}

/** Where the bins end in both samples: behind the last value that is not above a tenth of the reference. */
function binEnds(train: Float32Array, forward: Float32Array): [number, number][] {
  const ends: [number, number][] = [];
  for (let bin = 1; bin < BINS; bin += 1) {
    const edge = train[Math.ceil((bin * train.length) / BINS) - 1] ?? NaN;
    ends.push([upperBound(train, edge), upperBound(forward, edge)]);
  }
  ends.push([train.length, forward.length]);
  return ends;
}

/** Index of the first value above `edge`; the length where there is none. */
function upperBound(sorted: Float32Array, edge: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? Infinity) <= edge) low = middle + 1;
    else high = middle;
  }
  return low;
}

function largestGap(train: Float32Array, forward: Float32Array): number {
  let gap = 0;
  let [a, b] = [0, 0];
  while (a < train.length && b < forward.length) {
    const value = Math.min(train[a] ?? NaN, forward[b] ?? NaN);
    while (train[a] === value) a += 1;
    while (forward[b] === value) b += 1;
    gap = Math.max(gap, Math.abs(a / train.length - b / forward.length));
  }
  return gap;
}
