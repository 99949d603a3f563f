import { square } from '../../data/math/square.js';
import { normalQuantile } from './normal.js';
import type { SharpeMoments } from './sharpe.js';
import { sharpeDispersion } from './sharpe.js';

/**
 * Minimum track record length: 1 + (1 − γ₃·SR + (γ₄−1)/4·SR²)·(Φ⁻¹(c) / (SR − SR*))², the number of independent
 * observations at which the probabilistic Sharpe ratio of these moments reaches c (Bailey & López de Prado, 2012).
 * Not rounded. Null where no length is enough, as the ratio is not above the benchmark, and where the moments are too
 * extreme for the approximation.
 *
 * @param confidence c, between ½ and 1.
 */
export function minTrackRecord(
  moments: Omit<SharpeMoments, 'n'>,
  benchmark: number,
  confidence: number,
): number | null {
  const spread = sharpeDispersion(moments);
  const above = moments.sharpe - benchmark;
  if (spread <= 0 || above <= 0) return null;
  return 1 + spread * square(normalQuantile(confidence) / above);
}
