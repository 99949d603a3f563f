import { choleskyFactor, solveFactored } from '../linear/cholesky.js';
import type { RankBasis } from './basis.js';
import type { RegressionSums } from './gram-sums.js';
import { PRIOR_WEIGHT, priorTerm } from './rank-basis.js';
import type { RidgeShares } from './rank-grid.js';
import type { RankArm } from './rank-model.js';

/** Variance of a centred rank: that of every term, about. */
const RANK_VARIANCE = 1 / 12;

/**
 * Penalties are never below those of this many rows, about a hundred sessions of fifty symbols. With fewer the factor
 * sum takes the place of what cannot be learnt: its weight is shrunk towards a part of its prior one.
 */
export const LEAST_ROWS = 5000;

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
  const width = basis.terms.length;
  const base = linear * RANK_VARIANCE * Math.max(rows, LEAST_ROWS);
  const ridge = Float64Array.from(basis.terms, ({ kind }) => (kind === 'rank' ? 1 : nonLinear) * base);
  const free = Int32Array.from(ridge.keys()).filter((term) => ridge[term] !== Infinity);
  const matrix = new Float64Array(free.length * free.length);
  for (let i = 0; i < free.length; i += 1) {
    const term = free[i] ?? -1;
    for (let j = 0; j <= i; j += 1) matrix[i * free.length + j] = gram[term * width + (free[j] ?? -1)] ?? NaN;
    matrix[i * free.length + i] = (matrix[i * free.length + i] ?? NaN) + (ridge[term] ?? NaN);
  }
  const factor = choleskyFactor(matrix, free.length);
  const solve = (b: Float64Array, pull: number): Float64Array => {
    const own = Float64Array.from(free, (term) => b[term] ?? NaN);
    const at = free.indexOf(priorTerm(basis));
    if (at >= 0) own[at] = (own[at] ?? NaN) + pull * (ridge[free[at] ?? -1] ?? NaN);
    const weights = new Float64Array(width);
    solveFactored(factor, own).forEach((weight, i) => (weights[free[i] ?? -1] = weight));
    return weights;
  };
  const pull = PRIOR_WEIGHT * Math.max(0, 1 - rows / LEAST_ROWS);
  return {
    trained: right.trained.map((b) => solve(b, pull)),
    permuted: right.permuted.map((b) => solve(b, 0)),
  };
}
