import type { PreparedArm } from '../../../activities/figures/arm.js';
import { armOf } from '../../../activities/figures/arm.js';
import { armCohort } from '../../../activities/figures/arm-cohort.js';
import { rowsByCohort } from '../../../activities/figures/cohorts.js';
import type { IndexedOutcomes } from '../../../activities/figures/market-rows.js';
import type { Predictions, Split } from '../../../data/predictions/prediction.js';

/** One model's rows of one split, all cohorts at once. @param market Outcomes on the bars of the model, if known. */
export function prepareArm(
  predictions: Predictions,
  split: Split,
  horizon: number,
  market?: IndexedOutcomes,
): PreparedArm {
  const cohorts = Array.from(
    rowsByCohort(predictions, () => true),
    ([cohort, rows]) => armCohort({ cohort, predictions, rows, market }, split, horizon),
  );
  return armOf(cohorts, horizon);
}
