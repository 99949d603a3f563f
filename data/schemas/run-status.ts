import { z } from 'zod';

import { ERROR_TYPES } from '../errors.js';
import { DECISION_STATES } from './decision-states.js';
import { sha256Schema } from './file-ref.js';
import { SKIP_REASONS } from './plan.js';
import { RECOMMENDATIONS } from './recommendation.js';
import { RUN_ID_PATTERN } from './run-choices.js';

export const PHASES = [
  'plan',
  'ingest',
  'teach',
  'distill',
  'validate',
  'audit',
  /** Paused by an operator; `unpause` continues with the step that the run was in. */
  'paused',
  'done',
  'failed',
  'cancelled',
] as const;
export type Phase = (typeof PHASES)[number];

const count = z.number().int().nonnegative();

/**
 * What a run reused, from itself or another run, and what it trained. A cohort counts as reused if all of its
 * trained windows were reused.
 */
export const reuseSchema = z.strictObject({
  windows: z.strictObject({ reused: count, trained: count }),
  cohorts: z.strictObject({ reused: count, trained: count }),
  /** The first few cohorts that were trained, in whole or in part. */
  trained: z.array(z.string()),
  /** What has changed since an earlier run, one line each; empty without an earlier run or without a change. */
  changes: z.array(z.string()),
});
export type Reuse = z.output<typeof reuseSchema>;

/** What `run --json` prints at its end, and `status --json`. */
export const runStatusSchema = z.strictObject({
  runId: z.string().regex(RUN_ID_PATTERN),
  workflowId: z.string(),
  phase: z.enum(PHASES),
  windows: z.strictObject({ planned: count, succeeded: count, skipped: count, failed: count }),
  skippedBy: z.partialRecord(z.enum(SKIP_REASONS), count),
  failedBy: z.partialRecord(z.enum(ERROR_TYPES), count),
  /** Number of trained students, one per cohort. */
  students: count,
  /** Absolute path of the bundle; null until there is one. */
  bundle: z.string().nullable(),
  bundleDigest: z.string().nullable(),
  /** Absent before the windows are planned, and in files of versions that did not record it. */
  reuse: reuseSchema.exactOptional(),
  decision: z.enum(DECISION_STATES),
  /** Why it was approved against the policy: added where a status is printed. */
  override: z.string().exactOptional(),
  /** True where it was approved for scoring beside the champion alone: added where a status is printed. */
  shadow: z.literal(true).exactOptional(),
  /** What the briefing of its bundle recommends: added where a status is printed. */
  recommendation: z.enum(RECOMMENDATIONS).exactOptional(),
  /** The algorithm of its bundle: added where a status is printed. */
  algorithm: z
    .strictObject({
      /** The logic digest of configs/logic.json. */
      digest: sha256Schema,
      /** The run that is champion; null: there is none. */
      comparedWith: z.string().nullable(),
      /** Whether the champion has another one; null where that is not known. */
      isNew: z.boolean().nullable(),
    })
    .exactOptional(),
  /** Why a run was cancelled, where somebody said so. */
  cancelReason: z.string().exactOptional(),
  /** True where a run was resumed and nothing had changed: its bundle stands as it was. */
  unchanged: z.literal(true).exactOptional(),
});
export type RunStatus = z.output<typeof runStatusSchema>;
