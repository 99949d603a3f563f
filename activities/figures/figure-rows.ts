import type { ChoiceReturns } from '../../data/predictions/choice-returns.js';
import type { Model, Predictions } from '../../data/predictions/prediction.js';
import type { StressRows } from '../../data/predictions/stress-rows.js';
import type { VariantRows } from '../../data/predictions/student-variants.js';
import type { IndexedMarket, MarketRows } from './market-rows.js';
import type { CohortVariants } from './paired/student-variants.js';

/** Predictions by model, and the market around them. */
export interface PredictionSets {
  readonly teacher: Predictions;
  /** Teachers on placebo bars. */
  readonly placebo: Predictions;
  readonly student: Predictions;
  /** The students that were compared, in the order of the students' forward rows; absent in runs of earlier versions. */
  readonly variants?: VariantRows;
  /** Students of the teachers on placebo bars; absent in bundles of earlier versions. */
  readonly studentPlacebo?: Predictions;
  /** Teachers of the real bars whose ranking targets were permuted within each day, if there are any. */
  readonly permuted?: Predictions;
  /**
   * Outcomes, exposures and factors of the predicted rows. Without them returns are those of the labels, and neutral
   * figures are null.
   */
  readonly market?: MarketRows;
  /** Figures by date of the candidates that the cohorts chose from, if known. */
  readonly choiceReturns?: ChoiceReturns;
  /** What a student predicts on shocked bars; absent where none was stressed. */
  readonly stress?: StressRows;
}

/** The models of a run, in the order of the tables. */
export const MODEL_NAMES = [
  'teacher',
  'student',
  'placebo',
  'studentPlacebo',
  'permuted',
] as const satisfies readonly Model[];
export type ModelName = (typeof MODEL_NAMES)[number];

/** The rows of one cohort. */
export interface FigureRows {
  readonly cohort: string;
  readonly sets: PredictionSets;
  /** Indices of the cohort's rows by model; absent: none. */
  readonly rows: Readonly<Partial<Record<ModelName, readonly number[]>>>;
  readonly market: IndexedMarket | undefined;
  /** Undefined in runs of earlier versions, and without forward rows of the cohort's student. */
  readonly variants: CohortVariants | undefined;
}
