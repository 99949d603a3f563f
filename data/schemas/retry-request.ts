import { z } from 'zod';

import { SYMBOL_PATTERN } from './run-choices.js';

/** What a resumed run (`resume RUN`) tries again; without any field: everything that did not succeed. */
export const retryRequestSchema = z.strictObject({
  /** `failed`: windows that failed, in planning or in training. `skipped`: windows without enough bars. */
  only: z.enum(['failed', 'skipped']).optional(),
  /** These symbols only. */
  symbols: z
    .array(z.string().regex(SYMBOL_PATTERN, 'must be NSE symbols, such as RELIANCE or M&M'))
    .min(1)
    .max(500)
    .optional(),
});
export type RetryRequest = z.output<typeof retryRequestSchema>;
