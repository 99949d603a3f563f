import { z } from 'zod';

import { fileRefSchema } from './file-ref.js';

/**
 * `models/{run}/teach-index.json`: the unit manifests of everything that a run trained, in order of cohort and
 * shard. Written when all cohorts have ended; read by validate and audit.
 */
export const teachIndexSchema = z.strictObject({
  /** Shards trained on the real bars. */
  real: z.array(fileRefSchema),
  /** Shards trained on the placebo: the same bars with shuffled returns. */
  placebo: z.array(fileRefSchema),
  /** Students, one per cohort. */
  students: z.array(fileRefSchema),
  /** Their counterparts, distilled from the teachers of the placebo. */
  placeboStudents: z.array(fileRefSchema).default([]),
  /** Priors of both arms (real and placebo). */
  priors: z.array(fileRefSchema).default([]),
});
export type TeachIndex = z.output<typeof teachIndexSchema>;
