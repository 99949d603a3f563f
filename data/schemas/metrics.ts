import { z } from 'zod';

import { featureFiguresSchema } from './features.js';

/**
 * The figures of a run: metrics.json, stat_tests.json and stress_tests.json. A figure that the rows
 * cannot give (one class only, too few symbols or sessions) is null, never left out.
 */
const figure = z.number().nullable();
const count = z.number().int().nonnegative();

/** A 95 % confidence interval. */
const interval = z.strictObject({ low: figure, high: figure });
export type Interval95 = z.output<typeof interval>;

/** What rows a figure is made of. */
const extent = { rows: count, dates: count };

/** How well probabilities meet labels. */
const scores = { logLoss: figure, brier: figure, auc: figure };

const icSchema = z.strictObject({
  /** Days with at least 5 symbols whose probabilities differ. */
  days: count,
  mean: figure,
  /** Over the days, ddof 1. */
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
  /** Ten bins of equal count, ties kept together. */
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

const returnsSchema = z.strictObject({
  annualisedReturn: figure,
  volatility: figure,
  sharpe: figure,
  sortino: figure,
  maxDrawdown: figure,
});

const strategySchema = z.strictObject({
  /** Dates on which a sleeve was formed. */
  holdings: count,
  /** Symbols held by a sleeve, on average. */
  symbolsHeld: figure,
  /** After costs: the strategy's own figures. */
  net: returnsSchema,
  gross: returnsSchema,
  /** All symbols of each date, equally weighted, without costs. */
  equalWeight: returnsSchema,
  /** Net minus equal weight, holding by holding. */
  active: z.strictObject({ meanPerYear: figure, informationRatio: figure }),
  /** Share of the capital that is replaced in a year, one way (1 = once). */
  turnoverPerYear: figure,
  /** Costs of a year as a fraction of the capital. */
  costPerYear: figure,
});

/** Everything about one model on one split. */
export const armFiguresSchema = z.strictObject({
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
  /** The column base_rate as a model, on the same rows. */
  baseline: z.strictObject(scores),
  /** The mean base_rate over the windows of a row's cohort as a model, on the same rows, and the skill against it. */
  pooledRate: z.strictObject({ logLoss: figure, skill: figure }),
  ic: icSchema,
  rankIc: icSchema,
  calibration: calibrationSchema,
  cuts: z.array(cutSchema),
  strategy: strategySchema,
  /** Block bootstrap by date; null where there are too few dates. */
  confidence: z.strictObject({
    logLoss: interval,
    brier: interval,
    auc: interval,
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
  /** Bars that a label and a holding last. */
  horizon: z.number().int().positive(),
  /** Configurations that the run compares among itself, for the deflated Sharpe ratio. */
  trials: count,
  /** Known shocks of the NSE are looked up on its own bars only. */
  market: z.enum(['nse', 'synthetic']),
});
export type FigureOptions = z.output<typeof figureOptionsSchema>;

/** metrics.json */
export const metricsSchema = z.strictObject({
  options: figureOptionsSchema,
  method: z.strictObject({
    replicates: count,
    /** Consecutive dates drawn together. */
    block: count,
    confidence: z.number(),
    topShare: z.number(),
    minSymbols: count,
    sessionsPerYear: count,
    costsBps: z.record(z.string(), z.number()),
    notes: z.array(z.string()),
  }),
  /** The bars after the windows: the headline. */
  forward: z.strictObject({
    teacher: armFiguresSchema,
    placebo: armFiguresSchema,
    student: armFiguresSchema,
  }),
  /** The purged tails inside the windows: what choices were made on. */
  validation: z.strictObject({ teacher: armFiguresSchema, placebo: armFiguresSchema }),
  /** The most important first. */
  features: z.array(featureFiguresSchema),
});
export type Metrics = z.output<typeof metricsSchema>;

/** A one-sided test that an effect is above zero, by paired block bootstrap. */
const effectTestSchema = z.strictObject({
  /** What is claimed, in words. */
  claim: z.string(),
  /** Unit of the estimate. */
  unit: z.string(),
  estimate: figure,
  /** Standard deviation of the replicates. */
  standardError: figure,
  ...interval.shape,
  /** (1 + #{d* − d ≥ d}) / (replicates + 1). */
  pValue: figure,
  ...extent,
});
export type EffectTest = z.output<typeof effectTestSchema>;

const sharpeTestSchema = z.strictObject({
  /** Holdings that do not overlap: dates / horizon. */
  independentHoldings: count,
  /** Per holding. */
  sharpe: figure,
  skew: figure,
  kurtosis: figure,
  /** Chance that the true ratio is above 0. */
  probabilistic: figure,
  trials: count,
  /** What the best of so many worthless trials would show, per holding. */
  deflatedBenchmark: figure,
  /** Chance that the true ratio is above that. */
  deflated: figure,
});
export type SharpeTest = z.output<typeof sharpeTestSchema>;

/** stat_tests.json; all on the forward split. */
export const statTestsSchema = z.strictObject({
  teacherBeatsBaseRate: effectTestSchema,
  teacherBeatsPlacebo: effectTestSchema,
  teacherAucBeatsPlacebo: effectTestSchema,
  teacherBeatsPooledRate: effectTestSchema,
  /** Hoped to fail: skill of a placebo is what the method finds where nothing is. */
  placeboBeatsPooledRate: effectTestSchema,
  studentBeatsBaseRate: effectTestSchema,
  /** Of the strategy after costs. */
  netSharpe: sharpeTestSchema,
  /** Of the strategy after costs minus equal weight. */
  activeSharpe: sharpeTestSchema,
});
export type StatTests = z.output<typeof statTestsSchema>;

/** What the teachers said on the dates of one event. */
const stressEventSchema = z.strictObject({
  /** First date of the rows, ISO. */
  date: z.string(),
  kind: z.enum(['worst', 'best', 'known']),
  /** For a person. */
  note: z.string(),
  ...extent,
  /** Mean forward return over all rows. */
  marketReturn: figure,
  /** Mean return of the sleeves formed on these dates, after costs. */
  strategyReturn: figure,
  baseRate: figure,
  meanProbability: figure,
  logLoss: figure,
  baselineLogLoss: figure,
  auc: figure,
  rankIc: figure,
});
export type StressEvent = z.output<typeof stressEventSchema>;

/** stress_tests.json; teachers, forward split. */
export const stressTestsSchema = z.strictObject({ events: z.array(stressEventSchema) });
export type StressTests = z.output<typeof stressTestsSchema>;
