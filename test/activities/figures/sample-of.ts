import { rowsByCohort } from '../../../activities/figures/cohorts.js';
import type { IndexedOutcomes } from '../../../activities/figures/market-rows.js';
import type { Sample } from '../../../activities/figures/sample.js';
import { cohortSample, joinSamples } from '../../../activities/figures/sample.js';
import type { Predictions, Split } from '../../../data/predictions/prediction.js';

/** The rows of one split. @param market Outcomes of the same bars, if known. */
export function sampleOf(predictions: Predictions, split: Split, market?: IndexedOutcomes): Sample {
  const rows = rowsByCohort(predictions, (row) => predictions.split[row] === split);
  return joinSamples(
    [...rows.keys()]
      .sort()
      .map((cohort) => cohortSample(cohort, predictions, rows.get(cohort) ?? [], market)),
  );
}
