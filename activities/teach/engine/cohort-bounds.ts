import type { FeatureTable } from '../feature-table.js';
import type { CohortDates, TrainingConfig } from '../jobs.js';
import type { CohortSplit } from '../splits.js';
import { cohortSplit } from '../splits.js';
import { VALIDATION_SHARE } from './settings.js';

/** How every job of a run cuts a cohort: the forward part is as long as a window. */
export function cohortBounds(table: FeatureTable, cohort: CohortDates, config: TrainingConfig): CohortSplit {
  return cohortSplit(table, cohort, {
    validationShare: VALIDATION_SHARE,
    forwardDays: config.windowDays,
    to: config.to,
  });
}
