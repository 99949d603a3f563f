import { z } from 'zod';

import { count, effectTestSchema, extent, figure, interval, sharpeTestSchema } from './effect-tests.js';
import { examinationSchema } from './examination.js';
import { featureFiguresSchema } from './features.js';
import { rankingSchema } from './ranking-figures.js';
import { ENTRIES } from './run-choices.js';
import { costRateSchema, strategySchema } from './strategy-figures.js';
import { studentTests } from './student-tests.js';

export type { EffectTest, Interval95, SharpeTest } from './effect-tests.js';

/**
 * The figures of a run: metrics.json and stat_tests.json. A figure that cannot be computed
 * (labels of one class only, too few symbols or sessions) is null, never left out.
 */

/** How well the probabilities match the labels. */
const scores = { logLoss: figure, brier: figure, auc: figure };

const icSchema = z.strictObject({
  /** Days with at least 5 symbols whose scores differ. */
  days: count,
  mean: figure,
  /** Standard deviation over the days (ddof 1). */
  deviation: figure,
  /** mean / deviation, not annualised. */
  icir: figure,
});

const cutSchema = z.strictObject({
  cut: z.string(),
  taken: count,
  positives: count,
  precision: figure,
  recall: figure,
});

const calibrationSchema = z.strictObject({
  /** Expected calibration error over the bins. */
  ece: figure,
  /** Ten bins of equal count; ties stay together. */
  bins: z.array(
    z.strictObject({
      rows: count,
      low: z.number(),
      high: z.number(),
      meanProbability: z.number(),
      observedRate: z.number(),
    }),
  ),
});

/** Figures of one model on one split that every version has. */
const commonFigures = {
  ...extent,
  symbols: count,
  first: z.string().nullable(),
  last: z.string().nullable(),
  positives: count,
  /** Share of ones in these rows. */
  baseRate: figure,
  ...scores,
  /** 1 − logLoss / baseline.logLoss. */
  skill: figure,
  calibration: calibrationSchema,
};

/** All figures of one model on one split. */
export const armFiguresSchema = z.strictObject({
  ...commonFigures,
  /** AUC of rows that are compared only with those of their cohort: 0.5 for worthless models, whatever their number. */
  cohortAuc: figure,
  /** The figures of a baseline that predicts the column base_rate, on the same rows. */
  baseline: z.strictObject(scores),
  /** A baseline that predicts the mean base_rate over the windows of a row's cohort, and the skill against it. */
  pooledRate: z.strictObject({ logLoss: figure, skill: figure }),
  ic: icSchema,
  rankIc: icSchema,
  cuts: z.array(cutSchema),
  strategy: strategySchema,
  /** Block bootstrap by date; null if there are too few dates. */
  confidence: z.strictObject({
    logLoss: interval,
    brier: interval,
    auc: interval,
    cohortAuc: interval,
    skill: interval,
    pooledSkill: interval,
    ic: interval,
    rankIc: interval,
    netSharpe: interval,
    activePerYear: interval,
  }),
});
export type ArmFigures = z.output<typeof armFiguresSchema>;

/** How the figures were computed. */
export const figureOptionsSchema = z.strictObject({
  seed: count,
  /** Number of bars of a label. */
  horizon: z.number().int().positive(),
  /** Where returns start. */
  entry: z.enum(ENTRIES),
  /** Number of configurations that the run compares, for the deflated Sharpe ratio. */
  trials: count,
  /** Known shocks of the NSE are only looked up in bars of the NSE. */
  market: z.enum(['nse', 'synthetic']),
});
export type FigureOptions = z.output<typeof figureOptionsSchema>;

/** Means over the forward rows; of the rank correlation, over their dates. */
const fidelitySchema = z.strictObject({
  rows: count,
  /** Kullback–Leibler divergence of the student's probabilities from the teacher's, nats. */
  kl: figure,
  /** Spearman's correlation of the student's and the teachers' scores over the symbols of a date. */
  rankCorrelation: figure,
  /** Share of rows whose scores have the same sign. */
  agreement: figure,
  /** Of the probabilities. */
  meanAbsoluteDifference: figure,
});
export type Fidelity = z.output<typeof fidelitySchema>;

/** metrics.json */
export const metricsSchema = z.strictObject({
  options: figureOptionsSchema,
  method: z.strictObject({
    replicates: count,
    /** Number of consecutive dates in a bootstrap block. */
    block: count,
    confidence: z.number(),
    topShare: z.number(),
    minSymbols: count,
    sessionsPerYear: count,
    /** Of buying, on the last forward date. */
    costsBps: z.record(z.string(), z.number()),
    /** All rates, with the dates from which they hold. */
    costRates: z.array(costRateSchema),
    notes: z.array(z.string()),
  }),
  /** Rows after the windows: the headline figures. */
  forward: z.strictObject({
    teacher: armFiguresSchema,
    placebo: armFiguresSchema,
    student: armFiguresSchema,
    /** Students of the placebo's teachers. */
    studentPlacebo: armFiguresSchema,
  }),
  /** Validation rows at the end of the windows, purged; the training used them to choose among candidates. */
  validation: z.strictObject({
    teacher: armFiguresSchema,
    placebo: armFiguresSchema,
    /** As of the start of the validation rows. */
    student: armFiguresSchema,
  }),
  /** How close the students come to their teachers, on the forward rows. */
  fidelity: fidelitySchema,
  /** How well scores rank, on the forward rows. */
  ranking: rankingSchema,
  /** Most important first. */
  features: z.array(featureFiguresSchema),
});
export type Metrics = z.output<typeof metricsSchema>;

/** stat_tests.json; all on the forward split. */
export const statTestsSchema = z.strictObject({
  teacherBeatsBaseRate: effectTestSchema,
  teacherBeatsPlacebo: effectTestSchema,
  teacherAucBeatsPlacebo: effectTestSchema,
  teacherAucBeatsChance: effectTestSchema,
  teacherBeatsPooledRate: effectTestSchema,
  /** Should fail: skill of the placebo is what the method finds in data without a signal. */
  placeboBeatsPooledRate: effectTestSchema,
  ...studentTests,
  /** Daily rank ICs at 5 bars, raw and neutral. */
  teacherRanks: effectTestSchema,
  teacherRanksNeutral: effectTestSchema,
  /** Both should fail. */
  placeboRanksNeutral: effectTestSchema,
  permutedRanksNeutral: effectTestSchema,
  /** Paired differences, on the dates that both have. */
  teacherRanksBeyondFactorSum: effectTestSchema,
  teacherNeutralBeyondFactorSum: effectTestSchema,
  teacherRanksBeatPlacebo: effectTestSchema,
  teacherNeutralBeatsPlacebo: effectTestSchema,
  teacherNeutralBeatsPermuted: effectTestSchema,
  /** Sharpe ratio of the strategy after costs. */
  netSharpe: sharpeTestSchema,
  /** Sharpe ratio of the strategy after costs minus equal weights. */
  activeSharpe: sharpeTestSchema,
  /** Absent in bundles of earlier versions. */
  examination: examinationSchema.optional(),
});
export type StatTests = z.output<typeof statTestsSchema>;

const coreArmSchema = z.object({
  ...commonFigures,
  baseline: z.object(scores),
  pooledRate: z.object({ logLoss: figure, skill: figure }),
});

/** What metrics.json has in every version, computed in the same way: the figures of the probabilities. */
export const coreMetricsSchema = z.object({
  options: z.object({ seed: count, horizon: z.number().int().positive(), trials: count }),
  forward: z.object({ teacher: coreArmSchema, placebo: coreArmSchema, student: coreArmSchema }),
  validation: z.object({ teacher: coreArmSchema, placebo: coreArmSchema }),
});

const coreTestSchema = z.object({ estimate: figure, ...extent });

/** What stat_tests.json has in every version: the differences that are tested, and the Sharpe ratios. */
export const coreStatTestsSchema = z.object({
  teacherBeatsBaseRate: coreTestSchema,
  studentBeatsBaseRate: coreTestSchema,
});

/** The Sharpe ratios of stat_tests.json, of any version; earlier ones have none of the students. */
export const sharpeTestsSchema = z.object({
  netSharpe: sharpeTestSchema,
  activeSharpe: sharpeTestSchema,
  studentNetSharpe: sharpeTestSchema.exactOptional(),
  studentActiveSharpe: sharpeTestSchema.exactOptional(),
});
export type SharpeTests = z.output<typeof sharpeTestsSchema>;
