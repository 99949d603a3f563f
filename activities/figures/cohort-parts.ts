import { emptyPredictions } from '../../data/predictions/prediction.js';
import type { FigureOptions } from '../../data/schemas/metrics.js';
import type { ArmCohort } from './arm.js';
import { armCohort } from './arm-cohort.js';
import { byName } from './by-name.js';
import type { FigureRows, ModelName } from './figure-rows.js';
import { MODEL_NAMES } from './figure-rows.js';
import type { IndexedMarket, IndexedOutcomes } from './market-rows.js';
import type { FidelityPart } from './paired/fidelity.js';
import { fidelityPart } from './paired/fidelity.js';
import type { VariantDays } from './paired/student-variants.js';
import { variantDays } from './paired/student-variants.js';
import type { RankingTile } from './ranking/ranking-tile.js';
import { rankingTile } from './ranking/ranking-tile.js';

/** Models with figures of their own, of the forward and of the validation rows. */
export const FORWARD_ARMS = ['teacher', 'placebo', 'student', 'studentPlacebo'] as const;
export const VALIDATION_ARMS = ['teacher', 'placebo', 'student'] as const;
export type ForwardArm = (typeof FORWARD_ARMS)[number];
export type ValidationArm = (typeof VALIDATION_ARMS)[number];

/** What the figures of a run need of one of its cohorts: the first half of them, computed cohort by cohort. */
export interface CohortParts {
  readonly forward: Readonly<Record<ForwardArm, ArmCohort>>;
  readonly validation: Readonly<Record<ValidationArm, ArmCohort>>;
  readonly days: CohortDays;
}

/** What is measured date by date. */
export interface CohortDays {
  readonly cohort: string;
  readonly ranking: RankingTile;
  readonly fidelity: FidelityPart;
  /** Undefined in runs of earlier versions, and without forward rows of the cohort's student. */
  readonly variants: VariantDays | undefined;
}

/**
 * Measures one cohort. Pure, whatever the order of its rows.
 *
 * @param onStep Called before each of its parts, of which each takes seconds in a universe of thousands.
 */
export function measureCohort(
  rows: FigureRows,
  { horizon }: Pick<FigureOptions, 'horizon'>,
  onStep: (part: string) => void = () => undefined,
): CohortParts {
  const { cohort, sets, market } = rows;
  const arm = (split: 'forward' | 'validation', name: ForwardArm): ArmCohort => {
    onStep(`${split} ${name}`);
    return armCohort(
      {
        cohort,
        predictions: sets[name] ?? emptyPredictions(),
        rows: rows.rows[name] ?? [],
        market: outcomesOf(name, market),
      },
      split,
      horizon,
    );
  };
  const ranked = (): RankingTile => {
    onStep('ranks');
    return rankingTile(
      {
        cohort,
        market,
        models: MODEL_NAMES.flatMap((name) => {
          const predictions = sets[name];
          if (predictions === undefined) return [];
          const own = (rows.rows[name] ?? []).filter((row) => predictions.split[row] === 'forward');
          return [{ name, predictions, rows: own, outcomes: outcomesOf(name, market) }];
        }),
      },
      horizon,
    );
  };
  return {
    forward: byName(FORWARD_ARMS, (name) => arm('forward', name)),
    validation: byName(VALIDATION_ARMS, (name) => arm('validation', name)),
    days: {
      cohort,
      ranking: ranked(),
      fidelity: fidelityPart(
        cohort,
        { predictions: sets.teacher, rows: rows.rows.teacher ?? [] },
        { predictions: sets.student, rows: rows.rows.student ?? [] },
      ),
      variants: rows.variants && variantDays(rows.variants, market),
    },
  };
}

/** The outcomes on the bars that a model predicted. */
function outcomesOf(name: ModelName, market: IndexedMarket | undefined): IndexedOutcomes | undefined {
  return name === 'placebo' || name === 'studentPlacebo' ? market?.placebo : market;
}
