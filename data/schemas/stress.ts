import { z } from 'zod';

import { INTERVALS } from './run-choices.js';
import { SHOCK_IDS } from './shock-ids.js';

/**
 * stress_tests.json: the students on extreme days, and one student on shocked bars. A figure that cannot be computed is
 * null, never left out.
 */
const figure = z.number().nullable();
const count = z.number().int().nonnegative();

/** The students' predictions on the dates of one event. */
export const stressEventSchema = z.strictObject({
  /** First date of the rows, ISO. */
  date: z.string(),
  kind: z.enum(['worst', 'best', 'known']),
  /** For a person. */
  note: z.string(),
  rows: count,
  dates: count,
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

/** What a student is worth on some rows. */
const stressFiguresSchema = z.strictObject({
  /** Share of ones. */
  baseRate: figure,
  meanProbability: figure,
  logLoss: figure,
  /** Of a model that predicts the base rate of each window's own labels. */
  baselineLogLoss: figure,
  /** Expected calibration error. */
  ece: figure,
  /** Means over the dates. */
  rankIc: figure,
  /** Neutral to the exposures of the bars without the shock. */
  neutralRankIc: figure,
  /** Return of the strategy after costs above that of all symbols equally weighted, a year. */
  activePerYear: figure,
  /** As a positive fraction. */
  worstDrawdown: figure,
  /** Lowest return of all sleeves together from one session to the next; negative. */
  worstDay: figure,
});
export type StressFigures = z.output<typeof stressFiguresSchema>;

/** `reported`: the shock has no limit. */
const verdictSchema = z.enum(['pass', 'fail', 'not enough data', 'reported']);
export type StressVerdict = z.output<typeof verdictSchema>;

const shockSchema = z.strictObject({
  id: z.enum(SHOCK_IDS),
  /** What is done to the bars, as a sentence. */
  what: z.string(),
  /** Rows that the student predicted, with or without a known label. */
  rows: count,
  /** Rows that it predicted without the shock and not with it. */
  missing: count,
  /** Predicted rows whose label the shock made unknown. */
  unlabelled: count,
  /** Rows of the symbols and sessions that have no bars with the shock; 0 where all have. */
  withoutFeed: count,
  /** Those of them that were predicted. */
  predictedWithoutFeed: count,
  /** Mean absolute change of the probability, over the predicted rows of the symbols that the shock leaves as they are. */
  changeOfOthers: figure,
  figures: stressFiguresSchema,
  /** Null: the figures are reported alone. */
  limit: z.string().nullable(),
  /** Why the limit is what it is. */
  why: z.string(),
  verdict: verdictSchema,
  /** Why, with the figures that decide. */
  because: z.string(),
});
export type StressShock = z.output<typeof shockSchema>;

/** stress_tests.json */
export const stressTestsSchema = z.strictObject({
  /** The students on the forward split. */
  events: z.array(stressEventSchema),
  /** Whose student was examined on shocked bars; null where none has enough forward rows. */
  cohort: z.string().nullable(),
  /** Length of its bars; null without a cohort. */
  interval: z.enum(INTERVALS).nullable(),
  /** Sessions of its rows that were predicted again. */
  sessions: count,
  /** Bars that the strategy holds, with and without a shock: as chosen on the cohort's past; null without a cohort. */
  holdingBars: count.nullable(),
  /** Its figures on the same rows without a shock; null without a cohort. */
  unshocked: stressFiguresSchema.nullable(),
  shocks: z.array(shockSchema),
});
export type StressTests = z.output<typeof stressTestsSchema>;
