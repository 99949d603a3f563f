import { z } from 'zod';

import { sha256Schema } from './file-ref.js';

/** The newest entry of the log of decisions; number 0 and no digest: the log is empty. */
export const decisionsHeadSchema = z.strictObject({
  number: z.number().int().nonnegative(),
  /** SHA-256 of the newest entry's file. */
  digest: sha256Schema.nullable(),
});
export type DecisionsHead = z.output<typeof decisionsHeadSchema>;
