import { choleskyFactor, solveFactored } from '../linear/cholesky.js';
import type { RankBasis } from './basis.js';
import type { RankCandidate } from './rank-grid.js';
import type { GramSums } from './gram-sums.js';
import { priorWeights } from './rank-basis.js';
import type { RankArm } from './rank-model.js';
import { RANK_ARMS } from './rank-model.js';

/** Variance of a centred rank: the ridge of a strength in rows is as large as the sum of squares of that many rows. */
const RANK_VARIANCE = 1 / 12;

/** Weights by arm and horizon [B]. */
export type RidgeSolutions = Readonly<Record<RankArm, readonly Float64Array[]>>;

/**
 * Ridge regressions from sums: (XᵀX + Λ)·w = Xᵀy + Λ·w₀ for all targets with one Cholesky factor. There is no
 * intercept: targets have no mean on any day. The terms of a block whose strength is Infinity keep w₀. Permuted
 * targets are shrunk towards 0, since chance knows no factor.
 */
export function ridgeSolutions(
  basis: Pick<RankBasis, 'terms'>,
  { gram, right }: Pick<GramSums, 'gram' | 'right'>,
  { linear, nonLinear }: Pick<RankCandidate, 'linear' | 'nonLinear'>,
): RidgeSolutions {
  const width = basis.terms.length;
  const ridge = Float64Array.from(
    basis.terms,
    ({ kind }) => RANK_VARIANCE * (kind === 'rank' ? linear : nonLinear),
  );
  const free = Int32Array.from(ridge.keys()).filter((term) => ridge[term] !== Infinity);
  const matrix = new Float64Array(free.length * free.length);
  free.forEach((term, i) => {
    for (let j = 0; j <= i; j += 1) matrix[i * free.length + j] = gram[term * width + (free[j] ?? 0)] ?? NaN;
    matrix[i * free.length + i] = (matrix[i * free.length + i] ?? NaN) + (ridge[term] ?? NaN);
  });
  const factor = choleskyFactor(matrix, free.length);
  const solve = (b: Float64Array, centre: Float64Array): Float64Array => {
    // In terms of the distance from the centre: (XᵀX + Λ)·(w − w₀) = Xᵀy − XᵀX·w₀.
    const rest = Float64Array.from(free, (term) => {
      let sum = b[term] ?? NaN;
      for (let other = 0; other < width; other += 1) {
        const weight = centre[other] ?? 0;
        if (weight !== 0) sum -= weight * (gram[term * width + other] ?? NaN);
      }
      return sum;
    });
    const weights = centre.slice();
    solveFactored(factor, rest).forEach((move, i) => {
      const term = free[i] ?? -1;
      weights[term] = (weights[term] ?? NaN) + move;
    });
    return weights;
  };
  const centres: Record<RankArm, Float64Array> = {
    trained: priorWeights(basis),
    permuted: new Float64Array(width),
  };
  const solutions = RANK_ARMS.map((arm) => right[arm].map((b) => solve(b, centres[arm])));
  return { trained: solutions[0] ?? [], permuted: solutions[1] ?? [] };
}
