import { GurukulError } from '../../../data/errors.js';
import type { RankBasis } from './basis.js';
import type { GramSums } from './gram-sums.js';
import type { RankCandidate } from './rank-grid.js';
import { BLENDS } from './rank-grid.js';
import type { RankArm, RankWeights } from './rank-model.js';
import { ridgeSolutions } from './ridge-solutions.js';

/** A tenth of a percent between the last symbol and the first: a score is never without a unit. */
const LEAST_UNIT = 0.001;

/**
 * Weights of a candidate. The mean of the horizons' weights is the solution for their mean target, since
 * all share XᵀX. Values are rounded to float32, as in the model's file.
 *
 * @param sums From `trainingSums`, with the candidate's half-life.
 * @throws GurukulError Diverged when a weight is not finite.
 */
export function headWeights(
  basis: RankBasis,
  sums: GramSums,
  candidate: RankCandidate,
  arm: RankArm,
): RankWeights {
  const horizons = BLENDS[candidate.blend];
  const weights = new Float64Array(basis.terms.length);
  const solutions = ridgeSolutions(basis, sums, candidate)[arm];
  for (const horizon of horizons)
    for (let term = 0; term < weights.length; term += 1)
      weights[term] = (weights[term] ?? NaN) + (1 / horizons.length) * (solutions[horizon]?.[term] ?? NaN);
  if (!weights.every(Number.isFinite))
    throw new GurukulError('Diverged', `rank weights fitted on ${sums.rows} rows are not finite`);
  return { weights: Float32Array.from(weights), unit: unitOf(sums, horizons) };
}

/**
 * Return per unit of rank: the slope through the origin of the horizons' mean relative return on their mean target
 * over the trained rows. (On the predicted rank itself the slope would be mostly noise, its sign included.)
 */
function unitOf({ targets, returns }: GramSums, horizons: readonly number[]): number {
  const size = Math.round(Math.sqrt(targets.length));
  let [products, squares] = [0, 0];
  for (const a of horizons)
    for (const b of horizons) {
      products += returns[a * size + b] ?? NaN;
      squares += targets[a * size + b] ?? NaN;
    }
  const slope = products / squares;
  return Math.fround(slope > LEAST_UNIT ? slope : LEAST_UNIT);
}
