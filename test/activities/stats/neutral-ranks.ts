import { centredRanks } from '../../../activities/stats/centred-ranks.js';
import type { Neutraliser } from '../../../activities/stats/neutral.js';

/**
 * Residuals of the centred ranks of values; NaN where the value is NaN.
 *
 * @param residual From {@link neutraliser}, of the same symbols.
 */
export function neutralRanks(values: ArrayLike<number>, residual: Neutraliser): Float64Array {
  const ranks = centredRanks(values);
  for (let at = 0; at < ranks.length; at += 1) if (Number.isNaN(values[at])) ranks[at] = NaN;
  return residual(ranks);
}
