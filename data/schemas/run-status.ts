import { z } from 'zod';

import { ERROR_TYPES } from '../errors.js';
import { SKIP_REASONS } from './plan.js';

export const PHASES = [
  'plan',
  'ingest',
  'teach',
  'distill',
  'validate',
  'audit',
  /** Stopped by an operator; `unpause` goes on with the step it was in. */
  'paused',
  'done',
  'failed',
  'cancelled',
] as const;
export type Phase = (typeof PHASES)[number];

const count = z.number().int().nonnegative();

/**
 * What a run found finished, of its own or another run's, and what it trained anew. A cohort is reused where
 * all of its trained windows are.
 */
export const reuseSchema = z.strictObject({
  windows: z.strictObject({ reused: count, trained: count }),
  cohorts: z.strictObject({ reused: count, trained: count }),
  /** The first of the cohorts that were trained anew, in whole or in part. */
  trained: z.array(z.string()),
  /** What has changed since an earlier run, a line each; empty where there is none, or nothing has. */
  changes: z.array(z.string()),
});
export type Reuse = z.output<typeof reuseSchema>;

/** What `run --json` ends with and `status --json` prints. */
export const runStatusSchema = z.strictObject({
  runId: z.string(),
  workflowId: z.string(),
  phase: z.enum(PHASES),
  windows: z.strictObject({ planned: count, succeeded: count, skipped: count, failed: count }),
  skippedBy: z.partialRecord(z.enum(SKIP_REASONS), count),
  failedBy: z.partialRecord(z.enum(ERROR_TYPES), count),
  /** Student models trained, one a cohort. */
  students: count,
  /** Absolute path of the bundle, once there is one. */
  bundle: z.string().nullable(),
  bundleDigest: z.string().nullable(),
  /** Absent before the windows are planned, and in files of before it was told. */
  reuse: reuseSchema.exactOptional(),
  decision: z.enum(['pending', 'approved', 'rejected']),
});
export type RunStatus = z.output<typeof runStatusSchema>;
