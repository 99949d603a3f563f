import { z } from 'zod';

import { fileRefSchema } from './file-ref.js';

/**
 * `models/{run}/teach-index.json`: the unit manifests of everything a run trained, in cohort and shard
 * order. Written once all cohorts have ended, read by validate and audit.
 */
export const teachIndexSchema = z.strictObject({
  /** Shards trained on the real bars. */
  real: z.array(fileRefSchema),
  /** Shards trained on the placebo's bars. */
  placebo: z.array(fileRefSchema),
  /** Students, one a cohort. */
  students: z.array(fileRefSchema),
  /** Priors of both arms. */
  priors: z.array(fileRefSchema).default([]),
});
export type TeachIndex = z.output<typeof teachIndexSchema>;
