import type { ChoiceReturns } from '../../data/predictions/choice-returns.js';
import { emptyPredictions } from '../../data/predictions/prediction.js';
import type { Model, Predictions } from '../../data/predictions/prediction.js';
import type { StressRows } from '../../data/predictions/stress-rows.js';
import type { VariantRows } from '../../data/predictions/student-variants.js';
import { STUDENT_VARIANTS } from '../../data/predictions/student-variants.js';
import type { Backtest } from '../../data/schemas/backtest.js';
import type { ArmFigures, FigureOptions, Metrics, StatTests } from '../../data/schemas/metrics.js';
import type { StressEvent } from '../../data/schemas/stress.js';
import { CONFIDENCE, REPLICATES, blockLength, datesPerSession } from '../stats/block-bootstrap.js';
import type { ArmCohort, PreparedArm } from './arm.js';
import { coreFigures } from './arm.js';
import { armFigures } from './arm-figures.js';
import { armStatistic } from './arm-statistic.js';
import { backtestOf } from './backtest/backtest.js';
import { byName } from './by-name.js';
import { examinationOf } from './examination/examination.js';
import { MIN_SYMBOLS } from './cross-section.js';
import type { DateDraws } from './date-draws.js';
import { drawCommonDates, drawsOf } from './date-draws.js';
import type { BootstrappedArm } from './effect-test.js';
import type { FeatureInputs } from './feature-figures.js';
import { featureFigures } from './feature-figures.js';
import type { IndexedMarket, IndexedOutcomes, MarketRows } from './market-rows.js';
import { methodNotes } from './method-notes.js';
import type { FidelityPart } from './paired/fidelity.js';
import { fidelityOf, fidelityPart } from './paired/fidelity.js';
import { joinDays } from './paired/paired-days.js';
import type { CohortVariants, VariantDays } from './paired/student-variants.js';
import { variantDays } from './paired/student-variants.js';
import { rankingStatistic } from './ranking/ranking-statistic.js';
import type { RankingTile } from './ranking/ranking-tile.js';
import { statTests } from './stat-tests.js';
import type { Statistic } from './statistic.js';
import { COST_RATES } from './strategy/cost-rates.js';
import { sideCosts } from './strategy/costs.js';
import { SESSIONS_PER_YEAR } from './strategy/returns.js';
import { extremeDays } from './stress/extreme-days.js';
import { TOP_SHARE } from './top-share.js';

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

/** The figures of a run that are computed cohort by cohort. */
export interface CohortFigures {
  readonly metrics: Metrics;
  readonly statTests: StatTests;
  /** The students on extreme dates. */
  readonly events: StressEvent[];
  readonly backtest: Backtest;
}

/** The models of a run, in the order of the tables. */
export const MODEL_NAMES = [
  'teacher',
  'student',
  'placebo',
  'studentPlacebo',
  'permuted',
] as const satisfies readonly Model[];
type ModelName = (typeof MODEL_NAMES)[number];

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

/** The model that a promotion would put into use. */
const EXAMINED = 'student';

/** A date after all rates of the cost table. */
const AFTER_ALL = '9999-12-31';

/** Models with figures of their own, of the forward and of the validation rows. */
const FORWARD_ARMS = ['teacher', 'placebo', 'student', 'studentPlacebo'] as const;
const VALIDATION_ARMS = ['teacher', 'placebo', 'student'] as const;
type ForwardArm = (typeof FORWARD_ARMS)[number];
type ValidationArm = (typeof VALIDATION_ARMS)[number];

/** What the figures of a run need of its cohorts. */
export interface FigureParts {
  readonly forward: Readonly<Record<ForwardArm, readonly ArmCohort[]>>;
  readonly validation: Readonly<Record<ValidationArm, readonly ArmCohort[]>>;
  readonly ranking: readonly RankingTile[];
  readonly fidelity: readonly FidelityPart[];
  readonly variants: readonly { readonly cohort: string; readonly days: VariantDays }[];
}

/**
 * All figures of a run as one statistic of its cohorts.
 *
 * @param features Importance and drift of the features: they do not follow from predictions.
 * @param choiceReturns Nor do these, of all cohorts.
 */
export function figuresStatistic(
  options: FigureOptions,
  features: FeatureInputs,
  choiceReturns?: ChoiceReturns,
): Statistic<FigureRows, FigureParts, CohortFigures> {
  const { horizon } = options;
  const forward = armStatistic('forward', horizon);
  const validation = armStatistic('validation', horizon);
  const ranking = rankingStatistic(options);
  return {
    ofCohort: (rows) => {
      const arm = (statistic: typeof forward, name: ForwardArm): readonly ArmCohort[] =>
        statistic.ofCohort({
          cohort: rows.cohort,
          predictions: rows.sets[name] ?? emptyPredictions(),
          rows: rows.rows[name] ?? [],
          market: outcomesOf(name, rows.market),
        });
      return {
        forward: byName(FORWARD_ARMS, (name) => arm(forward, name)),
        validation: byName(VALIDATION_ARMS, (name) => arm(validation, name)),
        ranking: ranking.ofCohort({
          cohort: rows.cohort,
          market: rows.market,
          models: MODEL_NAMES.flatMap((name) => {
            const predictions = rows.sets[name];
            if (predictions === undefined) return [];
            const own = (rows.rows[name] ?? []).filter((row) => predictions.split[row] === 'forward');
            return [{ name, predictions, rows: own, outcomes: outcomesOf(name, rows.market) }];
          }),
        }),
        fidelity: [
          fidelityPart(
            rows.cohort,
            { predictions: rows.sets.teacher, rows: rows.rows.teacher ?? [] },
            { predictions: rows.sets.student, rows: rows.rows.student ?? [] },
          ),
        ],
        variants:
          rows.variants === undefined
            ? []
            : [{ cohort: rows.cohort, days: variantDays(rows.variants, rows.market) }],
      };
    },
    merge: (parts) => ({
      forward: byName(FORWARD_ARMS, (name) => forward.merge(parts.map((part) => part.forward[name]))),
      validation: byName(VALIDATION_ARMS, (name) =>
        validation.merge(parts.map((part) => part.validation[name])),
      ),
      ranking: ranking.merge(parts.map((part) => part.ranking)),
      fidelity: byCohort(parts.flatMap((part) => part.fidelity)),
      variants: byCohort(parts.flatMap((part) => part.variants)),
    }),
    finish: (parts) => {
      const arms = byName(FORWARD_ARMS, (name) => forward.finish(parts.forward[name]));
      const inside = byName(VALIDATION_ARMS, (name) => validation.finish(parts.validation[name]));
      const draws = drawCommonDates(datesOf(Object.values(arms)), options, 'forward');
      const insideDraws = drawCommonDates(datesOf(Object.values(inside)), options, 'validation');
      const tested = byName(FORWARD_ARMS, (name) => bootstrapped(arms[name], draws));
      const ranked = ranking.finish(parts.ranking);
      const figuresOf = ({ arm, replicates }: BootstrappedArm): ArmFigures => armFigures(arm, replicates);
      const tests = statTests(
        tested,
        ranked,
        {
          days:
            parts.variants.length === 0
              ? undefined
              : joinDays(
                  STUDENT_VARIANTS,
                  parts.variants.map(({ days }) => days),
                ),
          draws: { logLoss: draws, neutral: ranked },
        },
        options.trials,
      );
      return {
        metrics: {
          options,
          method: methodOf(arms.teacher, options),
          forward: byName(FORWARD_ARMS, (name) => figuresOf(tested[name])),
          validation: byName(VALIDATION_ARMS, (name) => figuresOf(bootstrapped(inside[name], insideDraws))),
          fidelity: fidelityOf(parts.fidelity),
          ranking: ranked.ranking,
          features: featureFigures(features),
        },
        statTests: {
          ...tests,
          examination: examinationOf({
            model: EXAMINED,
            arm: arms[EXAMINED],
            ranking: ranked,
            activeSharpe: tests.studentActiveSharpe,
            choiceReturns,
          }),
        },
        events: extremeDays(arms.student, options.market),
        backtest: backtestOf(arms, ranked, parts.ranking),
      };
    },
  };
}

function byCohort<Part extends { readonly cohort: string }>(parts: readonly Part[]): Part[] {
  return [...parts].sort((a, b) => (a.cohort < b.cohort ? -1 : 1));
}

function datesOf(arms: readonly PreparedArm[]): (readonly string[])[] {
  return arms.map(({ sample }) => sample.dates);
}

/** The outcomes on the bars that a model predicted. */
function outcomesOf(name: ModelName, market: IndexedMarket | undefined): IndexedOutcomes | undefined {
  return name === 'placebo' || name === 'studentPlacebo' ? market?.placebo : market;
}

/** How the figures are computed. */
function methodOf({ sample }: PreparedArm, { horizon, entry }: FigureOptions): Metrics['method'] {
  const { fees, brokerage, slippage, stt, stampDuty } = sideCosts(
    'delivery',
    'buy',
    sample.dates.at(-1) ?? AFTER_ALL,
  );
  return {
    replicates: REPLICATES,
    block: blockLength(horizon, datesPerSession(sample.dates)),
    confidence: CONFIDENCE,
    topShare: TOP_SHARE,
    minSymbols: MIN_SYMBOLS,
    sessionsPerYear: SESSIONS_PER_YEAR,
    costsBps: { brokerage, slippage, stt, fees, stampDuty },
    costRates: [...COST_RATES],
    notes: methodNotes(entry),
  };
}

/** An arm with its replicates by the draws of its split. */
function bootstrapped(arm: PreparedArm, draws: DateDraws): BootstrappedArm {
  return {
    arm,
    replicates: drawsOf(draws, arm.sample.dates).map((weight) => coreFigures(arm, weight)),
  };
}
