import { mean, standardErrorOfOverlapping } from '../../stats/moments.js';

/**
 * Chooses a shrinkage by the log-losses of the validation rows: the strongest shrinkage that is not worse than
 * the best by more than one standard error of the paired difference (Breiman's one-standard-error rule). So a
 * window adapts only where its few rows give clear evidence.
 *
 * @param losses Log-loss of every row in order of time, per candidate: first without adaptation, then by
 * decreasing shrinkage.
 * @param barsPerLabel Number of neighbouring rows whose labels overlap.
 * @returns Index into `losses`.
 */
export function chooseShrinkage(losses: readonly (readonly number[])[], barsPerLabel: number): number {
  const means = losses.map((rows) => mean(rows) ?? NaN);
  let best = 0;
  means.forEach((value, candidate) => {
    if (value < (means[best] ?? NaN)) best = candidate;
  });
  for (let candidate = 0; candidate < best; candidate += 1) {
    const worse = (losses[best] ?? []).map((loss, row) => (losses[candidate]?.[row] ?? NaN) - loss);
    if ((mean(worse) ?? NaN) <= standardErrorOfOverlapping(worse, barsPerLabel)) return candidate;
  }
  return best;
}
