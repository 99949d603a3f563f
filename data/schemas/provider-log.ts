import { z } from 'zod';

import { dayRangeSchema } from './day-range.js';
import { fileRefSchema, sha256Schema } from './file-ref.js';

const count = z.number().int().nonnegative();

/**
 * The outcome of one call to a provider:
 * `bars`; `empty` (a valid request, and no bars exist); `cut` (a full response, which may be truncated); `limited`
 * (the quota is used up); `session` (the login has ended); `down` (no response, an incomplete one, or a server
 * error); `bad` (a response in an unexpected format); `wrong_symbol` (bars of another symbol).
 */
export const CALL_OUTCOMES = [
  'bars',
  'empty',
  'cut',
  'limited',
  'session',
  'down',
  'bad',
  'wrong_symbol',
] as const;
export type CallOutcome = (typeof CALL_OUTCOMES)[number];

/** A day of a response with a bar that cannot be right. */
const doubtfulDaySchema = z.strictObject({ date: z.string(), why: z.string() });
export type DoubtfulDay = z.output<typeof doubtfulDaySchema>;

/** One line of `answers.jsonl`: a call to a provider, and its response. */
export const providerResponseSchema = z.strictObject({
  /** When the response arrived, ISO. */
  at: z.string(),
  /** The requested days. */
  asked: dayRangeSchema,
  /** The provider's code of the symbol. */
  code: z.string(),
  outcome: z.enum(CALL_OUTCOMES),
  /** HTTP status; null without a response. */
  status: z.number().int().nullable(),
  /** SHA-256 of the response body; null without a response. */
  sha256: sha256Schema.nullable(),
  bytes: count,
  /** Number of bars in the response, including duplicates. */
  rows: count,
  /** Days that need no further request: each has its bars, or is known to have none. */
  settled: dayRangeSchema.nullable(),
  /**
   * Days with a bar that cannot be right, which was left out: this response does not settle them, although they may be
   * within `settled`. Absent: none.
   */
  doubtful: z.array(doubtfulDaySchema).optional(),
  /** Number of bars that were new, and of bars whose values differed from the stored ones. */
  added: count,
  revised: count,
  /** The bars that this response added or revised. */
  file: fileRefSchema.nullable(),
  /** What was wrong, in the provider's words if there are any. */
  message: z.string().nullable(),
});
export type ProviderResponse = z.output<typeof providerResponseSchema>;

const valuesSchema = z.strictObject({
  open: z.number(),
  high: z.number(),
  low: z.number(),
  close: z.number(),
  volume: z.number(),
});

/** One line of `revisions.jsonl`: a bar that a provider restated. */
export const barRevisionSchema = z.strictObject({
  /** Time of the bar. */
  bar: z.string(),
  was: valuesSchema,
  now: valuesSchema,
  /** When the new values arrived, ISO. */
  at: z.string(),
  /** SHA-256 of the response that contained them. */
  answer: z.string(),
});
export type BarRevision = z.output<typeof barRevisionSchema>;
