import { z } from 'zod';

import { envelopeSchema } from './bundle.js';
import { sha256Schema as sha256 } from './file-ref.js';
import { LABELS } from './label-rule.js';
import { ENTRIES, INTERVALS, RUN_ID_PATTERN, SOURCES, SYMBOL_PATTERN } from './run-choices.js';

/** Files of `scores/`: what models said of the newest bars, before anybody knew what came. */

/**
 * What a reader should know of a row: its bar is older than the newest session (`stale`), it is no member of the run's
 * universe at the date (`unlisted`), there are no bars that can be used (`no_bars`), too few of them for every feature
 * (`short_history`), an input lies beyond those that the student was examined on (`drift`), or the period that follows
 * the student's training has ended (`old_model`).
 */
export const SCORE_FLAGS = ['stale', 'unlisted', 'no_bars', 'short_history', 'drift', 'old_model'] as const;
export type ScoreFlag = (typeof SCORE_FLAGS)[number];

/** Why a model is scored: it is the champion, it runs beside it, or somebody asked for this run. */
const SCORE_ROLES = ['champion', 'shadow', 'run'] as const;
export type ScoreRole = (typeof SCORE_ROLES)[number];

const count = z.number().int().nonnegative();
const figure = z.number().nullable();
/** A session; of 5-minute bars with the start of the bar. */
const barDate = z.string().regex(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2})?$/);

/** One symbol's row. A number is null where there is none, and the flags say why. */
export const scoreRowSchema = z.strictObject({
  symbol: z.string().regex(SYMBOL_PATTERN),
  /** The bar that the features end with. */
  date: barDate.nullable(),
  /** The bar at whose open or close a trade can be made, by the run's entry rule. */
  entry: barDate.nullable(),
  /** That the label is 1. */
  probability: figure,
  /** Expected relative return: what ranks. */
  score: figure,
  /** 1 for the highest score among the rows of the log's date. */
  rank: z.number().int().positive().nullable(),
  /** Central 80 % of the forward returns of the bundle's rows in the same tenth of the score. */
  interval: z.strictObject({ low: z.number(), high: z.number(), rows: count }).nullable(),
  /** Share of ones among the labels that the symbol's teacher learned from. */
  baseRate: figure,
  flags: z.array(z.enum(SCORE_FLAGS)),
  /** Names of the inputs that lie beyond, for the flag `drift`. */
  drifted: z.array(z.string()),
});
export type ScoreRow = z.output<typeof scoreRowSchema>;

/** What a label of the run is. */
const ruleSchema = z.strictObject({
  label: z.enum(LABELS),
  horizon: z.number().int().positive(),
  threshold: z.number(),
  lowerBarrier: z.number().optional(),
  entry: z.enum(ENTRIES),
});

export const scoreLogSchema = z.strictObject({
  format: z.literal('gurukul-scores/1'),
  /** 1, or one more for each time that the date was scored again with another result. */
  number: z.number().int().positive(),
  /** The log that this one corrects, and why. */
  replaces: z
    .strictObject({ number: z.number().int().positive(), sha256, why: z.string().min(1) })
    .nullable(),
  role: z.enum(SCORE_ROLES),
  run: z.string().regex(RUN_ID_PATTERN),
  bundleDigest: sha256,
  /** The decision that made it champion or shadow; null for a run that somebody named. */
  decision: z.number().int().positive().nullable(),
  /** The cohort whose student scored. */
  cohort: z.string(),
  source: z.enum(SOURCES),
  interval: z.enum(INTERVALS),
  rule: ruleSchema,
  /** The newest bar of the market. */
  date: barDate,
  /** Whether the run itself had this bar: then the run's choices may know what came, and it counts in no sum. */
  inRun: z.boolean(),
  /** SHA-256 of the bars that the features look back on: of all, and by symbol. */
  bars: z.strictObject({ digest: sha256, series: z.record(z.string(), sha256) }),
  /** By input: how many rows fall into each tenth of the inputs that the student was examined on. */
  inputs: z.strictObject({ names: z.array(z.string()), tenths: z.array(z.array(count)) }),
  /** Digest of the code that scored. */
  codeVersion: z.string(),
  rows: z.array(scoreRowSchema).min(1),
});
export type ScoreLog = z.output<typeof scoreLogSchema>;

/** `scores/DIGEST/DATE.NNN.json`: a log, signed with the home's key. Written once, never changed. */
export const scoreLogFileSchema = z.strictObject({
  log: scoreLogSchema,
  /** An in-toto statement about the log's digest (DSSE). */
  envelope: envelopeSchema,
});
export type ScoreLogFile = z.output<typeof scoreLogFileSchema>;
