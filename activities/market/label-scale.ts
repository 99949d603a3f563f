import { log } from '../../data/math/log.js';
import type { LabelRule } from '../../data/schemas/label-rule.js';

/** Floor of the per-bar deviation: one tick is more than this. */
const SMALLEST_DEVIATION = 1e-4;
/** Used in place of a threshold of zero, which cannot serve as a unit. */
const DEFAULT_THRESHOLD = 0.01;

/**
 * A per-bar deviation, scaled to the label's horizon and divided by the label's threshold, as a logarithm:
 * log(deviation · √horizon / |threshold|). It is 0 where one standard deviation equals the threshold. The
 * base rate of the labels depends mostly on this figure.
 *
 * @param deviation Standard deviation of returns, or a range, per bar, as a fraction.
 */
export function logOfScale(deviation: number, { horizon, threshold }: LabelRule): number {
  return log((Math.max(deviation, SMALLEST_DEVIATION) * Math.sqrt(horizon)) / scaleUnit(threshold));
}

/** The unit of scales: the absolute threshold, or a default where it is 0. */
export function scaleUnit(threshold: number): number {
  return threshold === 0 ? DEFAULT_THRESHOLD : Math.abs(threshold);
}
