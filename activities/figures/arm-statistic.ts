import type { Predictions, Split } from '../../data/predictions/prediction.js';
import { orderScores } from '../stats/auc.js';
import type { ArmCohort, PreparedArm } from './arm.js';
import { armOf, periodsPerYear } from './arm.js';
import { rowsByCohort } from './cohorts.js';
import { crossSections } from './cross-section.js';
import { dailyRankIc } from './information-coefficient.js';
import type { IndexedOutcomes } from './market-rows.js';
import { cohortSample, joinSamples } from './sample.js';
import type { Statistic } from './statistic.js';
import { computeStatistic } from './statistic.js';
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

/** The statistic of one model on one split: its partial is the cohorts that it has seen. */
export function armStatistic(
  split: Split,
  horizon: number,
): Statistic<ArmRows, readonly ArmCohort[], PreparedArm> {
  return {
    ofCohort: (rows) => [armCohort(rows, split, horizon)],
    merge: (parts) => sortedCohorts(parts.flat()),
    finish: (cohorts) =>
      armOf(
        cohorts.filter(({ sample }) => sample.rows > 0),
        horizon,
      ),
  };
}

/** Prepares one model's rows of one split. @param market Outcomes on the bars of the model, if known. */
export function prepareArm(
  predictions: Predictions,
  split: Split,
  horizon: number,
  market?: IndexedOutcomes,
): PreparedArm {
  const cohorts = Array.from(
    rowsByCohort(predictions, () => true),
    ([cohort, rows]) => ({ cohort, predictions, rows, market }),
  );
  return computeStatistic(armStatistic(split, horizon), cohorts);
}

/** What curves over one model's rows of one split are drawn from: they need no strategy, and no market. */
export type RankedRows = Pick<PreparedArm, 'sample' | 'order' | 'rankIc'>;

/** The rows that {@link prepareArm} prepares, as far as curves need them. */
export function rankedRows(predictions: Predictions, split: Split): RankedRows {
  const samples = Array.from(
    rowsByCohort(predictions, (row) => predictions.split[row] === split),
    ([cohort, rows]) => cohortSample(cohort, predictions, rows),
  ).sort((a, b) => (a.cohort < b.cohort ? -1 : 1));
  const sample = joinSamples(samples);
  return {
    sample,
    order: orderScores(sample.probability),
    rankIc: dailyRankIc(crossSections(sample)),
  };
}

function armCohort({ cohort, predictions, rows, market }: ArmRows, split: Split, horizon: number): ArmCohort {
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

function sortedCohorts(cohorts: readonly ArmCohort[]): ArmCohort[] {
  return [...cohorts].sort((a, b) => (a.sample.cohort < b.sample.cohort ? -1 : 1));
}
