import { mean, standardErrorOfOverlapping } from '../../stats/moments.js';

/**
 * Chooses among strengths of adaptation by the log-losses of validation rows: the weakest one, zero
 * included, that is not worse than the best by more than one standard error of the paired difference
 * (Breiman's one-standard-error rule). So a window adapts only where its few rows speak clearly.
 *
 * @param losses Log-loss of every row in order of time: first without adaptation, then by rising strength.
 * @param barsPerLabel Neighbouring rows whose labels overlap.
 * @returns Index into `losses`.
 */
export function chooseStrength(losses: readonly (readonly number[])[], barsPerLabel: number): number {
  const means = losses.map((rows) => mean(rows) ?? NaN);
  let best = 0;
  means.forEach((value, strength) => {
    if (value < (means[best] ?? NaN)) best = strength;
  });
  for (let strength = 0; strength < best; strength += 1) {
    const worse = (losses[best] ?? []).map((loss, row) => (losses[strength]?.[row] ?? NaN) - loss);
    if ((mean(worse) ?? NaN) <= standardErrorOfOverlapping(worse, barsPerLabel)) return strength;
  }
  return best;
}
