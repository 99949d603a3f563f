import type { ChoiceReturns } from '../../data/predictions/choice-returns.js';
import { emptyPredictions } from '../../data/predictions/prediction.js';
import type { Model, Predictions, Split } from '../../data/predictions/prediction.js';
import type { StressRows } from '../../data/predictions/stress-rows.js';
import type { FigureOptions, Metrics, StatTests } from '../../data/schemas/metrics.js';
import type { StressEvent } from '../../data/schemas/stress.js';
import { CONFIDENCE, REPLICATES, blockLength, datesPerSession, drawDates } from '../stats/block-bootstrap.js';
import type { ArmCohort, CoreFigures, PreparedArm } from './arm.js';
import { coreFigures } from './arm.js';
import { armFigures } from './arm-figures.js';
import { armStatistic } from './arm-statistic.js';
import { distinct } from './cohorts.js';
import { examinationOf } from './examination/examination.js';
import { MIN_SYMBOLS } from './cross-section.js';
import type { FeatureInputs } from './feature-figures.js';
import { featureFigures } from './feature-figures.js';
import type { IndexedMarket, IndexedOutcomes, MarketRows } from './market-rows.js';
import { methodNotes } from './method-notes.js';
import { rankingStatistic } from './ranking/ranking-statistic.js';
import type { RankingTile } from './ranking/ranking-tile.js';
import type { BootstrappedArm } from './stat-tests.js';
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
}

/** The model that a promotion would put into use. */
const EXAMINED = 'teacher';

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
      };
    },
    merge: (parts) => ({
      forward: byName(FORWARD_ARMS, (name) => forward.merge(parts.map((part) => part.forward[name]))),
      validation: byName(VALIDATION_ARMS, (name) =>
        validation.merge(parts.map((part) => part.validation[name])),
      ),
      ranking: ranking.merge(parts.map((part) => part.ranking)),
    }),
    finish: (parts) => {
      const [teacher, placebo, student, studentPlacebo] = bootstrapped(
        FORWARD_ARMS.map((name) => forward.finish(parts.forward[name])),
        'forward',
        options,
      );
      const [teacherInside, placeboInside, studentInside] = bootstrapped(
        VALIDATION_ARMS.map((name) => validation.finish(parts.validation[name])),
        'validation',
        options,
      );
      if (!teacher || !placebo || !student || !studentPlacebo)
        throw new RangeError('a set of forward predictions is missing');
      if (!teacherInside || !placeboInside || !studentInside)
        throw new RangeError('a set of validation predictions is missing');
      const ranked = ranking.finish(parts.ranking);
      const tests = statTests(teacher, placebo, student, ranked, options.trials);
      return {
        metrics: {
          options,
          method: methodOf(teacher.arm, options),
          forward: {
            teacher: armFigures(teacher.arm, teacher.replicates),
            placebo: armFigures(placebo.arm, placebo.replicates),
            student: armFigures(student.arm, student.replicates),
            studentPlacebo: armFigures(studentPlacebo.arm, studentPlacebo.replicates),
          },
          validation: {
            teacher: armFigures(teacherInside.arm, teacherInside.replicates),
            placebo: armFigures(placeboInside.arm, placeboInside.replicates),
            student: armFigures(studentInside.arm, studentInside.replicates),
          },
          ranking: ranked.ranking,
          features: featureFigures(features),
        },
        statTests: {
          ...tests,
          examination: examinationOf({
            model: EXAMINED,
            arm: teacher.arm,
            ranking: ranked,
            activeSharpe: tests.activeSharpe,
            choiceReturns,
          }),
        },
        events: extremeDays(student.arm, options.market),
      };
    },
  };
}

/** The outcomes on the bars that a model predicted. */
function outcomesOf(name: ModelName, market: IndexedMarket | undefined): IndexedOutcomes | undefined {
  return name === 'placebo' || name === 'studentPlacebo' ? market?.placebo : market;
}

/** A value for each name. */
function byName<Name extends string, Value>(
  names: readonly Name[],
  valueOf: (name: Name) => Value,
): Record<Name, Value> {
  const values: Partial<Record<Name, Value>> = {};
  for (const name of names) values[name] = valueOf(name);
  return requireAll(values, names);
}

function requireAll<Name extends string, Value>(
  values: Partial<Record<Name, Value>>,
  names: readonly Name[],
): Record<Name, Value> {
  if (!hasAll(values, names)) throw new RangeError('a name has no value');
  return values;
}

function hasAll<Name extends string, Value>(
  values: Partial<Record<Name, Value>>,
  names: readonly Name[],
): values is Record<Name, Value> {
  return names.every((name) => Object.hasOwn(values, name));
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

/** Draws the same dates for all arms of a split, so that differences are paired. */
function bootstrapped(
  arms: readonly PreparedArm[],
  split: Split,
  { seed, horizon }: FigureOptions,
): BootstrappedArm[] {
  const dates = distinct(arms.flatMap(({ sample }) => [...sample.dates]));
  const draws = drawDates(dates.length, horizon, seed, split, datesPerSession(dates));
  return arms.map((arm) => ({ arm, replicates: replicatesOf(arm, dates, draws) }));
}

function replicatesOf(
  arm: PreparedArm,
  dates: readonly string[],
  draws: readonly Int32Array[],
): CoreFigures[] {
  const place = new Map(dates.map((date, index) => [date, index]));
  const own = Int32Array.from(arm.sample.dates, (date) => place.get(date) ?? -1);
  return draws.map((weight) =>
    coreFigures(
      arm,
      own.map((index) => weight[index] ?? 0),
    ),
  );
}
