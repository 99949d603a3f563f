import type { Predictions, Split } from '../../data/predictions/prediction.js';
import type { FigureOptions, Metrics, StatTests, StressTests } from '../../data/schemas/metrics.js';
import type { RunInput } from '../../data/schemas/run-input.js';
import type { PreparedArm, CoreFigures } from './arm.js';
import { coreFigures, prepareArm } from './arm.js';
import { armFigures } from './arm-figures.js';
import { CONFIDENCE, REPLICATES, blockLength, datesPerSession, drawDates } from '../stats/block-bootstrap.js';
import { MIN_SYMBOLS } from './cross-section.js';
import type { FeatureInputs } from './feature-figures.js';
import { featureFigures } from './feature-figures.js';
import { distinct } from './sample.js';
import { methodNotes } from './method-notes.js';
import type { BootstrappedArm } from './stat-tests.js';
import { statTests } from './stat-tests.js';
import { COSTS_BPS, SESSIONS_PER_YEAR, TOP_SHARE } from './strategy.js';
import { stressTests } from './stress-tests.js';

/** Predictions by model. */
export interface PredictionSets {
  readonly teacher: Predictions;
  /** Teachers on placebo bars. */
  readonly placebo: Predictions;
  readonly student: Predictions;
}

/** All figures of a run. */
export interface Figures {
  readonly metrics: Metrics;
  readonly statTests: StatTests;
  readonly stressTests: StressTests;
}

const NO_FEATURES: FeatureInputs = {
  importance: { features: [], windows: [] },
  drift: { features: [], cohorts: [] },
};

/** Options of the figures of a run with this configuration. */
export function figureOptions(
  { seed, horizon, source }: Pick<RunInput, 'seed' | 'horizon' | 'source'>,
  trials: number,
): FigureOptions {
  return { seed, horizon, trials, market: source === 'synthetic' ? 'synthetic' : 'nse' };
}

/**
 * Computes metrics, statistical tests and stress tests. Pure: the same predictions in the same order and the same
 * options give bit-identical figures.
 *
 * @param features Importance and drift of the features, if known.
 */
export function computeFigures(
  sets: PredictionSets,
  options: FigureOptions,
  features: FeatureInputs = NO_FEATURES,
): Figures {
  const forward = bootstrapped([sets.teacher, sets.placebo, sets.student], 'forward', options);
  const validation = bootstrapped([sets.teacher, sets.placebo], 'validation', options);
  const [teacher, placebo, student] = forward;
  const [teacherInside, placeboInside] = validation;
  if (!teacher || !placebo || !student || !teacherInside || !placeboInside)
    throw new RangeError('a set of predictions is missing');
  return {
    metrics: {
      options,
      method: {
        replicates: REPLICATES,
        block: blockLength(options.horizon, datesPerSession(teacher.arm.sample.dates)),
        confidence: CONFIDENCE,
        topShare: TOP_SHARE,
        minSymbols: MIN_SYMBOLS,
        sessionsPerYear: SESSIONS_PER_YEAR,
        costsBps: { ...COSTS_BPS },
        notes: methodNotes(),
      },
      forward: {
        teacher: armFigures(teacher.arm, teacher.replicates),
        placebo: armFigures(placebo.arm, placebo.replicates),
        student: armFigures(student.arm, student.replicates),
      },
      validation: {
        teacher: armFigures(teacherInside.arm, teacherInside.replicates),
        placebo: armFigures(placeboInside.arm, placeboInside.replicates),
      },
      features: featureFigures(features),
    },
    statTests: statTests(teacher, placebo, student, options.trials),
    stressTests: stressTests(teacher.arm, options.market),
  };
}

/** Prepares the arms of a split and draws the same dates for all of them, so that differences are paired. */
function bootstrapped(
  sets: readonly Predictions[],
  split: Split,
  { seed, horizon }: FigureOptions,
): BootstrappedArm[] {
  const arms = sets.map((predictions) => prepareArm(predictions, split, horizon));
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
