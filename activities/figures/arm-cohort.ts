import type { Predictions, Split } from '../../data/predictions/prediction.js';
import { orderScores } from '../stats/auc.js';
import type { ArmCohort, PreparedArm } from './arm.js';
import { periodsPerYear } from './arm.js';
import { crossSections } from './cross-section.js';
import { dailyRankIc } from './information-coefficient.js';
import type { IndexedOutcomes } from './market-rows.js';
import type { CohortSample } from './sample.js';
import { cohortSample, joinSamples } from './sample.js';
import { chooseHolding } from './strategy/holding-period.js';

/** One model's rows of one cohort, of all splits. */
export interface ArmRows {
  readonly cohort: string;
  readonly predictions: Predictions;
  /** Indices of the cohort's rows. */
  readonly rows: readonly number[];
  /** Outcomes on the bars of the model, if known. */
  readonly market: IndexedOutcomes | undefined;
}

/** What curves over one model's rows of one split are drawn from: they need no strategy, and no market. */
export type RankedRows = Pick<PreparedArm, 'sample' | 'order' | 'rankIc'>;

/** The rows of all cohorts, as far as curves need them. */
export function rankedRows(samples: readonly CohortSample[]): RankedRows {
  const sample = joinSamples([...samples].sort((a, b) => (a.cohort < b.cohort ? -1 : 1)));
  return {
    sample,
    order: orderScores(sample.probability),
    rankIc: dailyRankIc(crossSections(sample)),
  };
}

/** What the figures of one model on one split need of a cohort. */
export function armCohort(
  { cohort, predictions, rows, market }: ArmRows,
  split: Split,
  horizon: number,
): ArmCohort {
  const sample = cohortSample(
    cohort,
    predictions,
    rows.filter((row) => predictions.split[row] === split),
    market,
  );
  const start = sample.dates[0] ?? '';
  const past = rows.filter(
    (row) => predictions.split[row] !== 'forward' && (predictions.date[row] ?? '') < start,
  );
  const before = joinSamples([cohortSample(cohort, predictions, past, market)]);
  return { sample, holding: chooseHolding(cohort, before, horizon, periodsPerYear(before.dates)) };
}
