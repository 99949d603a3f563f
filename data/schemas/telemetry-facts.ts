import { z } from 'zod';

import { ERROR_TYPES } from '../errors.js';
import { findingSchema, seriesRecordSchema } from './ingest.js';
import { SKIP_REASONS } from './plan.js';
import { PHASES } from './run-status.js';

/** Fields of every event of telemetry, by its name. */

const count = z.number().int().nonnegative();
const text = z.string();
const words = text.nullable();
const errorType = z.enum(ERROR_TYPES);
const milliseconds = count.describe('milliseconds, of the attempt that finished');
const verdict = { verdict: text, by: text, reason: text, at: z.iso.datetime() };

/** What an attempt that finished says of itself. */
const attempt = {
  attempt: z.number().int().positive(),
  duration: milliseconds,
  reused: z.boolean().describe('found finished, and not computed again'),
  from: text.optional().describe('the run that it was reused from, where another'),
};

const arm = z.enum(['real', 'placebo']);

export const FACTS = {
  phase: {
    phase: z.enum(PHASES),
    message: text,
    windows: z.object({ planned: count, succeeded: count, skipped: count, failed: count }),
  },
  series: {
    symbol: text,
    status: seriesRecordSchema.shape.status,
    reason: words,
    error: errorType.nullable(),
    bars: count,
    first: words,
    last: words,
    missingSessions: count,
    findings: z.array(findingSchema),
  },
  fetched: { batch: count, used: count, left: z.unknown().optional() },
  ingest: { symbols: count, digest: text, statuses: z.record(text, count) },
  inputs_changed: { changes: z.array(text).readonly() },
  train_queue: { cohort: text, queue: text, reason: text },
  trials: { trials: count, new: count },
  prior: { cohort: text, arm, ...attempt },
  shard: {
    cohort: text,
    arm,
    shard: count,
    windows: count,
    succeeded: count.optional(),
    failedBy: z.partialRecord(errorType, count).optional(),
    rows: count.describe('rows that its teachers were fitted on'),
    loss: z.number().nullable().describe('mean log-loss over the validation rows of all its windows'),
    ...attempt,
  },
  student: { cohort: text, ...attempt },
  reproduction: { cohort: text, ...attempt },
  stress: { cohort: text, ...attempt },
  decision_waits: { bundleDigest: text, days: z.number() },
  decision_reminder: { bundleDigest: text, left: z.number() },
  champion_review: {
    champion: z.number(),
    opened: text,
    fired: z.array(z.object({ trigger: text, because: text })),
  },
  champion_ended: verdict,
  champion_changed: verdict,
  decision: { ...verdict, bundleDigest: text, shadow: z.boolean(), override: z.unknown() },
} as const;

const window = { window: text.describe('SYMBOL_START_to_END'), symbol: text, start: text, end: text };

export const WINDOW_EVENTS = {
  window: {
    ...window,
    status: z.enum(['succeeded', 'skipped', 'failed']),
    unit: text.describe('where its end is known from: key of its shard, plan, or lost/COHORT/SHARD'),
    reason: z.union([z.enum(SKIP_REASONS), errorType]).nullable(),
    error: errorType.nullable(),
    message: words,
    rows: count.nullable().describe('rows that its teacher was fitted on'),
    loss: z.number().nullable().describe("log-loss on the window's validation rows"),
    duration: milliseconds
      .nullable()
      .describe('milliseconds of the attempt that trained its shard: the windows of a shard are one batch'),
    attempt: z.number().int().positive().nullable(),
    reused: z.boolean(),
  },
  window_skipped: {
    ...window,
    reason: z.union([z.enum(SKIP_REASONS), errorType]).nullable(),
    detail: words.optional(),
    error: errorType.nullable().optional(),
    message: words.optional(),
  },
  window_failed: {
    ...window,
    reason: z.union([z.enum(SKIP_REASONS), errorType]).nullable(),
    detail: words.optional(),
    error: z.union([z.enum(SKIP_REASONS), errorType]).nullable(),
    message: words,
  },
  window_quarantined: {
    window: text,
    arm,
    error: text,
    lastWords: text.nullable(),
    attempt: z.number().int().positive(),
  },
} as const;
