import { doublesOf, singlesOf } from '../../../data/math/fill-columns.js';
import { exp } from '../../../data/math/exp.js';
import type { RewardKind } from './student-grid.js';

/** What rewards are computed from. */
export interface RewardedRows {
  /** Bar times. */
  readonly time: Int32Array;
  /** The teachers' expected relative return, out of fold; NaN where there is nothing to rank. */
  readonly score: Float32Array;
  readonly logit: Float32Array;
  /** Return from entry, as a fraction. */
  readonly forwardReturn: Float64Array;
}

/** Returns relative to the time's mean of more than this many standard deviations count as much as these. */
const CLIP_DEVIATIONS = 2;

/**
 * Reward for a direction: agreement × return. The agreement is the sign of the teachers' out-of-fold score (without one,
 * of the logit less the time's mean), the return is from entry, less the mean over the rows of the time, in units of two
 * standard deviations, clipped to [−1, 1]: so a right "down" counts as much as a right "up". It is computed from
 * out-of-sample predictions alone; in sample a teacher is always right.
 *
 * @returns 0 where no return is known.
 */
export function rewardsOf({ time, score, logit, forwardReturn }: RewardedRows): Float32Array {
  const returns = lessMean(time, forwardReturn);
  const directions = lessMean(time, Float64Array.from(logit));
  let [sum, count] = [0, 0];
  for (const value of returns) {
    if (Number.isNaN(value)) continue;
    sum += value * value;
    count += 1;
  }
  const scale = CLIP_DEVIATIONS * Math.sqrt(sum / Math.max(1, count));
  return singlesOf(returns, (value, row) => {
    const own = score[row] ?? NaN;
    const direction = Math.sign(Number.isNaN(own) ? (directions[row] ?? NaN) : own);
    const reward = (direction * value) / scale;
    return Number.isFinite(reward) ? Math.min(1, Math.max(-1, reward)) : 0;
  });
}

/** Weights of rows by their rewards, with a mean of 1: 1 + r, or e^r. */
export function rewardWeights(rewards: Float32Array, kind: RewardKind): Float32Array {
  if (kind === 'none') return new Float32Array(rewards.length).fill(1);
  const weights = doublesOf(rewards, (reward) => (kind === 'linear' ? 1 + reward : exp(reward)));
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / Math.max(1, weights.length);
  return singlesOf(weights, (weight) => (mean > 0 ? weight / mean : 1));
}

/** Values less the mean of their time; unknown values count in no mean. */
function lessMean(time: Int32Array, values: Float64Array): Float64Array {
  const sums = new Map<number, { sum: number; count: number }>();
  values.forEach((value, row) => {
    if (Number.isNaN(value)) return;
    const of = time[row] ?? NaN;
    const known = sums.get(of);
    if (known === undefined) sums.set(of, { sum: value, count: 1 });
    else {
      known.sum += value;
      known.count += 1;
    }
  });
  return values.map((value, row) => {
    const known = sums.get(time[row] ?? NaN);
    return known === undefined ? NaN : value - known.sum / known.count;
  });
}
