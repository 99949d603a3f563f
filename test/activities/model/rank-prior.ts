import type { FeatureTable } from '../../../activities/market/feature-table.js';
import type { RankHead, RankModel } from '../../../activities/model/ranking/rank-model.js';

import type { TeachTask } from '../../../activities/model/teachers/teach-windows.js';

/** Score per unit of predicted rank of {@link rankPrior}. */
export const UNIT = 0.02;

/** A rank model of two terms: the first rank, and its tail. */
export function rankPrior(
  { rankNames, stateNames }: Pick<FeatureTable, 'rankNames' | 'stateNames'>,
  weights: readonly [number, number] = [0.1, 0.05],
): RankModel {
  const feature = rankNames[0] ?? '';
  const own = { weights: Float32Array.from(weights), unit: UNIT };
  const head: RankHead = { blend: '1+5', select: own, fit: own };
  return {
    basis: {
      rankNames,
      stateNames,
      terms: [
        { kind: 'rank', feature },
        { kind: 'tail', feature },
      ],
    },
    trained: head,
    permuted: head,
  };
}

/** Scores of which the exposures explain nothing. */
export const NOT_EXPOSED: TeachTask['exposed'] = { select: new Map(), fit: new Map(), permuted: new Map() };
