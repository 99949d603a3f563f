import type { Predictions, Split } from '../../data/predictions/prediction.js';
import type { FigureOptions, Metrics, StatTests, StressTests } from '../../data/schemas/metrics.js';
import type { RunInput } from '../../data/schemas/run-input.js';
import type { Arm, CoreFigures } from './arm.js';
import { coreFigures, prepareArm } from './arm.js';
import { armFigures } from './arm-figures.js';
import { CONFIDENCE, REPLICATES, blockLength, datesPerSession, drawDates } from '../stats/block-bootstrap.js';
import { MIN_SYMBOLS } from './cross-section.js';
import type { FeatureEvidence } from './feature-figures.js';
import { featureFigures } from './feature-figures.js';
import { distinct } from './sample.js';
import type { BootstrappedArm } from './stat-tests.js';
import { statTests } from './stat-tests.js';
import { COSTS_BPS, SESSIONS_PER_YEAR, TOP_SHARE } from './strategy.js';
import { stressTests } from './stress-tests.js';

/** Who predicted. */
export interface PredictionSets {
  readonly teacher: Predictions;
  /** Teachers of bars that were drawn anew from each symbol's own past. */
  readonly placebo: Predictions;
  readonly student: Predictions;
}

/** All figures of a run. */
export interface Figures {
  readonly metrics: Metrics;
  readonly statTests: StatTests;
  readonly stressTests: StressTests;
}

const NO_EVIDENCE: FeatureEvidence = {
  importance: { features: [], windows: [] },
  drift: { features: [], cohorts: [] },
};

const NOTES = [
  'Figures are pooled over all windows; nothing is averaged over windows.',
  'Log-loss in nats. Skill is 1 − log-loss / log-loss of the base-rate column on the same rows.',
  'The pooled past rate of a row is the mean base_rate over the windows of its cohort.',
  'IC and rank IC are daily cross-sections of probability against forward return (of 5-minute bars: those of each bar); ICIR is not annualised.',
  'Calibration error over ten bins of equal count.',
  'Strategy: top tenth of each date, equally weighted, in as many sleeves as the horizon has bars, each held for the horizon; costs on what a sleeve replaces.',
  'Volatility and Sharpe come from whole holdings; drawdown sees a holding when it ends; no risk-free rate.',
  'Forward returns of triple-barrier labels end at the first touch; the strategy then holds cash until the horizon ends.',
  'Feature importance: rise of the log-loss of a window’s validation rows (at most 16, at equal steps) when the feature is shuffled among them; mean over windows, standard error over cohorts.',
  'Feature drift: forward rows against the rows the teachers were fitted on, per cohort; PSI over tenths of the latter, and the Kolmogorov–Smirnov distance.',
  'Confidence intervals: circular block bootstrap by date, percentile method.',
];

/** How the figures of a run with this configuration are computed. */
export function figureOptions(
  { seed, horizon, source }: Pick<RunInput, 'seed' | 'horizon' | 'source'>,
  trials: number,
): FigureOptions {
  return { seed, horizon, trials, market: source === 'synthetic' ? 'synthetic' : 'nse' };
}

/**
 * Computes metrics, statistical tests and stress tests. Pure: the same predictions in the same order and
 * the same options give the same figures bit for bit.
 *
 * @param evidence What is known of the features, where it is.
 */
export function computeFigures(
  sets: PredictionSets,
  options: FigureOptions,
  evidence: FeatureEvidence = NO_EVIDENCE,
): Figures {
  const forward = bootstrapped([sets.teacher, sets.placebo, sets.student], 'forward', options);
  const validation = bootstrapped([sets.teacher, sets.placebo], 'validation', options);
  const [teacher, placebo, student] = forward;
  const [teacherInside, placeboInside] = validation;
  if (!teacher || !placebo || !student || !teacherInside || !placeboInside)
    throw new RangeError('a set of predictions was lost');
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
        notes: NOTES,
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
      features: featureFigures(evidence),
    },
    statTests: statTests(teacher, placebo, student, options.trials),
    stressTests: stressTests(teacher.arm, options.market),
  };
}

/** Prepares the arms of a split and draws the same dates for all of them, so differences are paired. */
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

function replicatesOf(arm: Arm, dates: readonly string[], draws: readonly Int32Array[]): CoreFigures[] {
  const place = new Map(dates.map((date, index) => [date, index]));
  const own = Int32Array.from(arm.sample.dates, (date) => place.get(date) ?? -1);
  return draws.map((weight) =>
    coreFigures(
      arm,
      own.map((index) => weight[index] ?? 0),
    ),
  );
}
