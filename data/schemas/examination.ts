import { z } from 'zod';

import { accuracySchema } from './accuracy-test.js';

/**
 * The object `examination` of stat_tests.json: further tests of the model that is examined, all on the forward split
 * but for `pbo`. A figure that cannot be computed is null.
 */
const figure = z.number().nullable();
const count = z.number().int().nonnegative();

/** Probability that choosing the best candidate of a grid overfits. */
const overfittingSchema = z.strictObject({
  /** Combinations of blocks of time that choose. */
  splits: count,
  /** Candidates and days that were compared. */
  configs: count,
  days: count,
  pbo: figure,
  /** Why there is none. */
  reason: z.string().nullable(),
});
export type OverfittingFigure = z.output<typeof overfittingSchema>;

export const examinationSchema = z.strictObject({
  /** Whose figures these are. */
  model: z.enum(['teacher', 'student']),
  dieboldMariano: z.strictObject({
    /** Against the base rate of the row's window, and the pooled one of its cohort. */
    baseRate: accuracySchema,
    pooledRate: accuracySchema,
  }),
  /** By choice, as in choices.json; from the out-of-fold figures of all cohorts. */
  pbo: z.record(z.string(), overfittingSchema),
  /** Of the Sharpe ratio after costs minus equal weights, against 0. */
  minTrackRecord: z.strictObject({
    confidence: z.number(),
    /** Independent holdings that there are. */
    observed: count,
    /** Independent holdings that the ratio needs. */
    holdings: count.nullable(),
    /** Why there is no such number. */
    reason: z.string().nullable(),
  }),
  /**
   * Whether any simple factor ranks better than the model, by daily neutral rank IC: a small p-value says so. The test
   * for superior predictive ability, with the model as the benchmark.
   */
  spa: z.strictObject({
    factors: z.array(z.string()),
    /** The factor with the largest statistic. */
    best: z.string().nullable(),
    dates: count,
    replicates: count,
    statistic: figure,
    lower: figure,
    consistent: figure,
    upper: figure,
  }),
  /** Symbols whose log-loss is below that of the base rate, by a one-sided Diebold–Mariano test of each. */
  symbols: z.strictObject({
    symbols: count,
    /** Those with enough dates. */
    tested: count,
    /** Expected share of false ones among the rejections. */
    level: z.number(),
    /** p-values adjusted by Benjamini & Hochberg that are at most `level`. */
    rejected: count,
    smallest: figure,
  }),
});
export type Examination = z.output<typeof examinationSchema>;
