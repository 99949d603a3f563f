import type { RowChoosers } from '../market/probes/label-overlap.js';
import { priorRows, windowRows } from '../market/splits/splits.js';
import { rankTargets } from '../model/ranking/rank-outcomes.js';
import { scoreTarget } from '../model/teachers/score-target.js';

/** The functions by which a run chooses rows and targets: the code that is probed. */
export const RUN_CHOOSERS: RowChoosers = {
  windowRows,
  priorRows,
  windowTarget: (symbol, row, horizon, until) => scoreTarget(symbol, row, [horizon], until),
  rankTargets,
};
