import { treeContributions } from '../trees/tree-scores.js';
import type { RankBasis } from './basis.js';
import { fillBasis } from './basis.js';
import type { RankInputs, RankWeights } from './rank-model.js';

/**
 * What each feature adds to a row's score, in the score's unit: the sum is the score, up to its rounding to float32. A
 * product belongs to its two factors, half to each; the market's state is one of them where it takes part. A split of a
 * tree belongs to its column.
 *
 * @returns By feature and figure of the market's state, in the order of their columns.
 */
export function rankContributions(
  basis: RankBasis,
  { weights, unit, trees }: RankWeights,
  inputs: RankInputs,
  row: number,
): Map<string, number> {
  const terms = new Float32Array(basis.terms.length);
  fillBasis(basis, inputs, [row], terms);
  const sums = new Map([...basis.rankNames, ...basis.stateNames].map((name) => [name, 0]));
  const add = (name: string, part: number): void => void sums.set(name, (sums.get(name) ?? 0) + part);
  basis.terms.forEach((term, at) => {
    const part = unit * (weights[at] ?? NaN) * (terms[at] ?? NaN);
    if (term.kind === 'product' || term.kind === 'state') {
      add(term.feature, part / 2);
      add(term.by, part / 2);
    } else add(term.feature, part);
  });
  if (trees !== undefined) {
    const parts = treeContributions(trees.trees, [{ ...inputs, rows: [row] }]);
    [...sums.keys()].forEach((name, column) => add(name, unit * trees.factor * (parts[column] ?? NaN)));
  }
  return sums;
}
