import type { PriorPhase } from '../choices/phase.js';
import type { RankModel } from '../ranking/rank-model.js';
import { departedWeights } from '../ranking/departed-weights.js';
import type { TeacherDepartures } from '../teachers/teacher-departures.js';
import type { tf } from '../tensorflow.js';
import type { WeighedColumns } from './layers.js';
import { joinedColumns, weighedSum } from './layers.js';
import { rankLayers } from './rank-layers.js';
import { treeLayers } from './tree-layers.js';

/**
 * The score of a window's teacher: unit · (shift + Σ weight · term + factor · Σ tree) − explained, with the window's
 * departures in shift, weights and factor.
 *
 * @param ranks Centred ranks [K].
 * @param state State of the market [S]; undefined where there is none.
 * @param explained What the exposures explain of the day's scores [1]: see `exposedScores`.
 */
export function scoreLayers(
  ranks: tf.SymbolicTensor,
  state: tf.SymbolicTensor | undefined,
  explained: tf.SymbolicTensor,
  model: RankModel,
  phase: PriorPhase,
  departure: TeacherDepartures['score'],
): tf.SymbolicTensor {
  const { weights, unit, trees } = departedWeights(model, phase, departure);
  const columns = joinedColumns('ranks_and_state', state === undefined ? [ranks] : [ranks, state]);
  const parts = rankLayers(model.basis, ranks, columns, weights);
  const grown = trees === undefined ? undefined : treeLayers(columns, trees.trees);
  const factor = trees?.factor ?? 0;
  if (grown?.leaves !== undefined) parts.push(timesOf(grown.leaves, factor));
  return weighedSum(
    'score',
    [...parts.map((part) => timesOf(part, unit)), { columns: explained, weights: [-1] }],
    unit * (departure.shift + factor * (grown?.constant ?? 0)),
  );
}

function timesOf({ columns, weights }: WeighedColumns, factor: number): WeighedColumns {
  return { columns, weights: weights.map((weight) => factor * weight) };
}
