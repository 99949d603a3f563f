import type { GramFactor, GramSums } from './gram.js';
import { factorGram, solveFactor } from './gram.js';

/**
 * Solves a ridge regression whose penalties are proportional to the columns' own sums of squares, so that columns need
 * no common scale: at a share of 1 half of the weight of a column that is alone is left. The last column is the
 * constant, without a penalty; columns of zeros are left out.
 *
 * @param share Of XᵀWX's diagonal.
 * @returns The weights of each target.
 */
export function solveProportional({ gram, rights }: GramSums, share: number): Float64Array[] {
  const factor = factorProportional(gram, share);
  return rights.map((right) => solveFactor(factor, right));
}

/** XᵀWX with the penalties of {@link solveProportional}, factored: any number of targets can be solved. */
export function factorProportional(gram: Float64Array, share: number): GramFactor {
  const width = Math.round(Math.sqrt(gram.length));
  const penalties = Array.from({ length: width }, (_, column) => {
    const own = gram[column * width + column] ?? NaN;
    if (own === 0) return Infinity;
    return column === width - 1 ? 0 : share * own;
  });
  return factorGram(gram, penalties);
}
