import type { RankBasis } from './basis.js';
import { HALF_LIVES, SHARES } from './rank-grid.js';
import { RANK_ARMS, RANK_TARGETS } from './rank-model.js';
import { ridgeSolutions } from './ridge-solutions.js';
import type { WeightColumns } from './score-chunks.js';
import type { TimedSums } from './training-sums.js';
import { trainingSums } from './training-sums.js';

/**
 * First of the columns, one per horizon, of a regression.
 *
 * @param solution Index of shares and half-life: shares · number of half-lives + half-life.
 * @param arm Index into RANK_ARMS.
 * @param target Index into RANK_TARGETS.
 */
export function columnOf(solution: number, arm: number, target: number, horizons: number): number {
  return ((solution * RANK_ARMS.length + arm) * RANK_TARGETS.length + target) * horizons;
}

/**
 * Weights of every regression of the grid, fitted on the first blocks.
 *
 * @param training Number of blocks.
 */
export function candidateWeights(
  basis: RankBasis,
  sums: TimedSums,
  training: number,
  horizons: number,
): WeightColumns {
  const width = basis.terms.length;
  const columns = columnOf(SHARES.length * HALF_LIVES.length, 0, 0, horizons);
  const values = new Float32Array(width * columns);
  HALF_LIVES.forEach((halfLife, decay) => {
    const own = trainingSums(sums, training, halfLife, width, horizons);
    SHARES.forEach((shares, at) =>
      RANK_TARGETS.forEach((target, which) => {
        const solutions = ridgeSolutions(basis, own, target, shares);
        RANK_ARMS.forEach((arm, place) =>
          solutions[arm].forEach((weights, horizon) => {
            const column = columnOf(at * HALF_LIVES.length + decay, place, which, horizons) + horizon;
            weights.forEach((weight, term) => (values[term * columns + column] = weight));
          }),
        );
      }),
    );
  });
  return { values, columns };
}
