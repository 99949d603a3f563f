import type { LabelRule } from '../../data/schemas/label-rule.js';

/** Per-bar deviations below this are taken for it: a tick is worth more. */
const SMALLEST_DEVIATION = 1e-4;
/** Stands in for a threshold of zero, which is no scale. */
const DEFAULT_THRESHOLD = 0.01;

/**
 * How large a per-bar deviation is over the label's horizon, measured by the label's threshold, as a
 * logarithm: log(deviation · √horizon / |threshold|). It is 0 where one deviation reaches the threshold,
 * so it is what the share of ones depends on most.
 *
 * @param deviation Standard deviation of returns, or a range, per bar, as a fraction.
 */
export function logOfScale(deviation: number, { horizon, threshold }: LabelRule): number {
  return Math.log((Math.max(deviation, SMALLEST_DEVIATION) * Math.sqrt(horizon)) / scaleUnit(threshold));
}

/** The return that scales are measured by: the threshold, or one that stands in for none. */
export function scaleUnit(threshold: number): number {
  return threshold === 0 ? DEFAULT_THRESHOLD : Math.abs(threshold);
}
