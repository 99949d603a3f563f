import { factorGram, solveFactor } from '../linear/gram.js';
import type { RankBasis } from './basis.js';
import type { RegressionSums } from './gram-sums.js';
import { PRIOR_WEIGHT, priorTerm } from './rank-basis.js';
import type { RidgeShares } from './rank-grid.js';
import { LEAST_ROWS } from './rank-grid.js';
import type { RankArm } from './rank-model.js';

/** Variance of a centred rank: that of every term, about. */
const RANK_VARIANCE = 1 / 12;

/** Weights by arm and horizon [B]. */
export type RidgeSolutions = Readonly<Record<RankArm, readonly Float64Array[]>>;

/**
 * Ridge regressions from sums, (XᵀX + Λ)·w = Xᵀy + Λ·w₀, for all targets with one Cholesky factor. There is no
 * intercept: targets have no mean on any day. Non-linear terms that are off have the weight 0. Permuted targets are
 * shrunk towards 0 alone, since chance knows no factor.
 */
export function ridgeSolutions(
  basis: Pick<RankBasis, 'terms'>,
  { rows, gram, right }: RegressionSums,
  { linear, nonLinear }: RidgeShares,
): RidgeSolutions {
  const base = linear * RANK_VARIANCE * Math.max(rows, LEAST_ROWS);
  const ridge = basis.terms.map(({ kind }) => (kind === 'rank' ? 1 : nonLinear) * base);
  const factor = factorGram(gram, ridge);
  const prior = priorTerm(basis);
  const solve = (b: Float64Array, pull: number): Float64Array => {
    const own = b.slice();
    if (prior >= 0) own[prior] = (own[prior] ?? NaN) + pull * (ridge[prior] ?? NaN);
    return solveFactor(factor, own);
  };
  const pull = PRIOR_WEIGHT * Math.max(0, 1 - rows / LEAST_ROWS);
  return {
    trained: right.trained.map((b) => solve(b, pull)),
    permuted: right.permuted.map((b) => solve(b, 0)),
  };
}
