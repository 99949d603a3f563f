import { z } from 'zod';

import { SYMBOL_PATTERN } from './run-choices.js';

/** What `resume` is for; absent parts mean everything that did not succeed. */
export const againSchema = z.strictObject({
  /** `failed`: what failed, at planning or in training. `skipped`: what lacked bars. */
  only: z.enum(['failed', 'skipped']).optional(),
  /** Only these symbols. */
  symbols: z.array(z.string().regex(SYMBOL_PATTERN, 'must be NSE symbols')).min(1).max(500).optional(),
});
export type Again = z.output<typeof againSchema>;
