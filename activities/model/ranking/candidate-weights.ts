import type { RankBasis } from './basis.js';
import type { RegressionSums } from './gram-sums.js';
import { BLENDS, BLEND_NAMES, HALF_LIVES, SHARES } from './rank-grid.js';
import { RANK_ARMS } from './rank-model.js';
import { ridgeSolutions } from './ridge-solutions.js';
import type { WeightColumns } from './score-chunks.js';
import type { TimedSums } from './training-sums.js';
import { trainingSums } from './training-sums.js';

/**
 * The column of a regression.
 *
 * @param solution Index of shares and half-life: shares · number of half-lives + half-life.
 * @param arm Index into RANK_ARMS.
 * @param blend Index into BLEND_NAMES.
 */
export function columnOf(solution: number, arm: number, blend: number): number {
  return (solution * RANK_ARMS.length + arm) * BLEND_NAMES.length + blend;
}

/**
 * Weights of every regression of the grid, fitted on the first blocks: those of a blend are fitted to the mean target of
 * its horizons, which is as good as the mean of the horizons' own weights.
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
  const columns = columnOf(SHARES.length * HALF_LIVES.length, 0, 0);
  const values = new Float32Array(width * columns);
  HALF_LIVES.forEach((halfLife, decay) => {
    const own = blended(trainingSums(sums, training, halfLife, width, horizons));
    SHARES.forEach((shares, at) => {
      const solutions = ridgeSolutions(basis, own, shares);
      RANK_ARMS.forEach((arm, place) =>
        solutions[arm].forEach((weights, blend) => {
          const column = columnOf(at * HALF_LIVES.length + decay, place, blend);
          for (let term = 0; term < width; term += 1) values[term * columns + column] = weights[term] ?? NaN;
        }),
      );
    });
  });
  return { values, columns };
}

/** Sums with a right side for each blend: the mean of those of its horizons. */
function blended({ rows, gram, right }: RegressionSums): RegressionSums {
  const ofArm = (columns: readonly Float64Array[]): Float64Array[] =>
    BLEND_NAMES.map((name) => meanOf(BLENDS[name].map((horizon) => columns[horizon] ?? new Float64Array(0))));
  return { rows, gram, right: { trained: ofArm(right.trained), permuted: ofArm(right.permuted) } };
}

function meanOf(columns: readonly Float64Array[]): Float64Array {
  const mean = new Float64Array(columns[0]?.length ?? 0);
  for (let at = 0; at < mean.length; at += 1) {
    let sum = 0;
    for (const column of columns) sum += column[at] ?? NaN;
    mean[at] = sum / columns.length;
  }
  return mean;
}
