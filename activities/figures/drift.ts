import { log } from '../../data/math/log.js';

/** Bins of the stability index, each with an equal share of the reference. */
export const DRIFT_BINS = 10;

/** Below this stability index a feature counts as stable, by the usual rule of thumb. */
export const STABLE_PSI = 0.1;

/** Above this stability index a feature counts as drifted, by the usual rule of thumb. */
export const DRIFTED_PSI = 0.25;

/** Difference between two samples of a figure. */
export interface Drift {
  /**
   * Population stability index: Σ (f − t) · ln(f / t) over {@link DRIFT_BINS} bins with equal shares of the
   * reference; t and f are the shares of both samples in a bin (Siddiqi, Credit Risk Scorecards, 2006,
   * chapter 10; the symmetric divergence of Jeffreys, 1946). Half a row is added to every bin on both sides,
   * so that an empty bin does not make it infinite. Rule of thumb: stable below {@link STABLE_PSI}, a
   * different distribution above {@link DRIFTED_PSI}.
   */
  readonly psi: number;
  /** Kolmogorov–Smirnov distance: the largest gap between the two distribution functions, 0 to 1 (Smirnov, 1948). */
  readonly ks: number;
}

/**
 * Compares two samples.
 *
 * @param train The reference. Both samples are sorted in place.
 */
export function driftBetween(train: Float32Array, forward: Float32Array): Drift {
  train.sort();
  forward.sort();
  return { psi: stabilityIndex(train, forward), ks: largestGap(train, forward) };
}

/** @param train Sorted. @param forward Sorted. */
function stabilityIndex(train: Float32Array, forward: Float32Array): number {
  const counts: { readonly train: number; readonly forward: number }[] = [];
  let [fromTrain, fromForward] = [0, 0];
  for (const [untilTrain, untilForward] of binEnds(train, forward)) {
    // Bins with equal edges, of a figure with few distinct values, are one bin.
    if (untilTrain === fromTrain) continue;
    counts.push({ train: untilTrain - fromTrain, forward: untilForward - fromForward });
    [fromTrain, fromForward] = [untilTrain, untilForward];
  }
  return stabilityOfCounts(counts, train.length, forward.length);
}

/**
 * The stability index of rows that are counted by bin already: see {@link Drift}.
 *
 * @param counts Rows of both samples in each bin.
 * @param train Rows of the reference in all bins. @param forward Those of the other sample.
 */
export function stabilityOfCounts(
  counts: readonly { readonly train: number; readonly forward: number }[],
  train: number,
  forward: number,
): number {
  let index = 0;
  for (const bin of counts) {
    const t = (bin.train + 0.5) / (train + 0.5 * DRIFT_BINS);
    const f = (bin.forward + 0.5) / (forward + 0.5 * DRIFT_BINS);
    index += (f - t) * log(f / t);
  }
  return index;
}

/** Ends of the bins in both samples: after the last value that does not exceed the bin's edge. */
function binEnds(train: Float32Array, forward: Float32Array): [number, number][] {
  const ends: [number, number][] = [];
  for (let bin = 1; bin < DRIFT_BINS; bin += 1) {
    const edge = train[Math.ceil((bin * train.length) / DRIFT_BINS) - 1] ?? NaN;
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
