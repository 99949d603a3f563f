import { z } from 'zod';

import { isIsoDate } from '../time/dates.js';

/** A split, bonus or demerger that breaks a price series at the start of one session. */
export const corporateActionSchema = z.strictObject({
  /** First session traded at the new price. */
  exDate: z.string().refine(isIsoDate, { error: 'must be a date that exists, as YYYY-MM-DD' }),
  /** Prices before `exDate` are divided by it and volumes multiplied: 10 for a split 10:1. */
  priceFactor: z.number().positive(),
  /** For a person: `split 10:1`, `bonus 1:1`, `demerger (…)`. */
  kind: z.string().min(1),
});
export type CorporateAction = z.output<typeof corporateActionSchema>;
