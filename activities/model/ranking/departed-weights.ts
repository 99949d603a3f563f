import type { PriorPhase } from '../choices/phase.js';
import type { RankModel, RankWeights } from './rank-model.js';

/** Relative changes of the parts of a predicted rank. */
interface RankDeparture {
  readonly linear: number;
  readonly nonLinear: number;
  readonly trees: number;
}

/** A model's weights with a window's relative changes of its parts. */
export function departedWeights(
  { basis, trained }: RankModel,
  phase: PriorPhase,
  departure: RankDeparture,
): RankWeights {
  const { weights, unit, trees } = trained[phase];
  return {
    unit,
    weights: weights.map(
      (weight, term) =>
        weight * (1 + (basis.terms[term]?.kind === 'rank' ? departure.linear : departure.nonLinear)),
    ),
    ...(trees === undefined
      ? {}
      : { trees: { trees: trees.trees, factor: trees.factor * (1 + departure.trees) } }),
  };
}
