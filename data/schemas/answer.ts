import { z } from 'zod';

import { fileRefSchema, sha256Schema } from './file-ref.js';

const count = z.number().int().nonnegative();

/** Days of trading, ISO, half-open `[from, to)`. */
export const dayRangeSchema = z.strictObject({ from: z.string(), to: z.string() });
export type DayRange = z.output<typeof dayRangeSchema>;

/**
 * What came of one call to a provider:
 * `bars`, `empty` (asked in the right way, and there are none), `cut` (as many bars as an answer can hold,
 * so some may be missing), `limited` (the quota is used up), `session` (the login has ended), `down` (no
 * answer, half of one, or a server's error), `bad` (an answer that is not what it should be),
 * `wrong_symbol` (another symbol's bars).
 */
export const OUTCOMES = [
  'bars',
  'empty',
  'cut',
  'limited',
  'session',
  'down',
  'bad',
  'wrong_symbol',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** One line of `answers.jsonl`: a call to a provider, and what it answered. */
export const answerSchema = z.strictObject({
  /** When the answer was there, ISO. */
  at: z.string(),
  /** Days that were asked for. */
  asked: dayRangeSchema,
  /** What the provider calls the symbol. */
  code: z.string(),
  outcome: z.enum(OUTCOMES),
  /** Of the HTTP answer; null without one. */
  status: z.number().int().nullable(),
  /** SHA-256 of the answer's body as it came; null without one. */
  sha256: sha256Schema.nullable(),
  bytes: count,
  /** Bars in the answer, counted as they came: doubled ones too. */
  rows: count,
  /** Days that need not be asked for again: every one has its bars, or is known to have none. */
  settled: dayRangeSchema.nullable(),
  /** Bars that were not there before, and bars that were there with other values. */
  added: count,
  revised: count,
  /** The bars that this answer added or revised. */
  file: fileRefSchema.nullable(),
  /** What was wrong, in the provider's words where it has any. */
  message: z.string().nullable(),
});
export type Answer = z.output<typeof answerSchema>;

const valuesSchema = z.strictObject({
  open: z.number(),
  high: z.number(),
  low: z.number(),
  close: z.number(),
  volume: z.number(),
});

/** One line of `revisions.jsonl`: a bar that a provider restated. */
export const revisionSchema = z.strictObject({
  /** The bar's timestamp. */
  bar: z.string(),
  was: valuesSchema,
  now: valuesSchema,
  /** When the new values came, ISO. */
  at: z.string(),
  /** SHA-256 of the answer that brought them. */
  answer: z.string(),
});
export type Revision = z.output<typeof revisionSchema>;
