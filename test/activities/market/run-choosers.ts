import type { RowChoosers } from '../../../activities/market/probes/label-overlap.js';
import { priorRows, windowRows } from '../../../activities/market/splits/splits.js';
import { rankTargets } from '../../../activities/model/ranking/rank-outcomes.js';
import { scoreTarget } from '../../../activities/model/teachers/score-target.js';

/** The functions by which a run chooses rows and targets. */
export const RUN_CHOOSERS: RowChoosers = {
  windowRows,
  priorRows,
  windowTarget: (symbol, row, horizon, until) => scoreTarget(symbol, row, [horizon], until),
  rankTargets,
};
