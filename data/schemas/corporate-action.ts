import { z } from 'zod';

import { isoDateSchema } from './iso-date.js';

/** A split, bonus or demerger: a step in the price series at the start of a session. */
export const corporateActionSchema = z.strictObject({
  /** First session traded at the new price. */
  exDate: isoDateSchema,
  /** Prices before `exDate` are divided by this factor and volumes multiplied by it: 10 for a split 10:1. */
  priceFactor: z.number().positive(),
  /** For a person: `split 10:1`, `bonus 1:1`, `demerger (…)`. */
  kind: z.string().min(1),
});
export type CorporateAction = z.output<typeof corporateActionSchema>;
