import { z } from 'zod';

import { sha256Schema as sha256 } from './file-ref.js';

/** What came of scores. Of champion and shadow it is kept in `scores/outcomes.json`: derived from logs and bars, never a source. */

const count = z.number().int().nonnegative();
const figure = z.number().nullable();

/** Mean over sessions with its 95 % block-bootstrap interval; null where there are too few sessions. */
const dailyFigureSchema = z.strictObject({ mean: figure, low: figure, high: figure });
export type DailyFigure = z.output<typeof dailyFigureSchema>;

/** The input that drifted most from those that the student was examined on. */
const psiSchema = z.strictObject({ max: z.number(), feature: z.string(), sessions: count }).nullable();

/** One logged date whose horizon has passed. */
export const outcomeDaySchema = z.strictObject({
  date: z.string(),
  /** The log that is joined: the newest of its date. */
  number: z.number().int().positive(),
  /** As in the log: such dates are in no sum. */
  inRun: z.boolean(),
  /** Rows of the date with a score, and those whose label is known. */
  rows: count,
  known: count,
  /** Share of ones. */
  observedRate: figure,
  meanProbability: figure,
  logLoss: figure,
  /** Of the base rates of the rows. */
  baselineLogLoss: figure,
  rankIc: figure,
  neutralIc: figure,
  /** Mean return from entry of the top tenth of the scores, and of all. */
  topReturn: figure,
  marketReturn: figure,
  /** Share of the returns that lay inside their intervals: 0.8 is expected. */
  covered: figure,
});
export type OutcomeDay = z.output<typeof outcomeDaySchema>;

/** What came of the scores of one model, over the dates that its run did not have. */
export const modelOutcomesSchema = z.strictObject({
  role: z.enum(['champion', 'shadow', 'run']),
  run: z.string(),
  bundleDigest: sha256,
  decision: z.number().int().positive().nullable(),
  /** Dates whose outcome is known, the run's own not counted; and logged dates that wait for theirs. */
  sessions: count,
  waiting: count,
  rows: count,
  logLoss: figure,
  baselineLogLoss: figure,
  /** Expected calibration error. */
  ece: figure,
  rankIc: dailyFigureSchema,
  neutralIc: dailyFigureSchema,
  topReturn: dailyFigureSchema,
  covered: figure,
  psi: psiSchema,
  /** Oldest first. */
  days: z.array(outcomeDaySchema),
});
export type ModelOutcomes = z.output<typeof modelOutcomesSchema>;

const headSchema = modelOutcomesSchema.pick({ sessions: true, psi: true, ece: true, neutralIc: true });

export const scoreOutcomesSchema = headSchema.extend({
  format: z.literal('gurukul-score-outcomes/1'),
  /** The champion's decision; its figures stand beside it. Null, of a run that was named: such are not kept in the file. */
  champion: z.number().int().positive().nullable(),
  /** The same of the model that runs beside the champion, by the decision that staged it. */
  shadow: headSchema.extend({ decision: z.number().int().positive() }).nullable(),
  models: z.array(modelOutcomesSchema),
});
export type ScoreOutcomes = z.output<typeof scoreOutcomesSchema>;
