import { z } from 'zod';

import { isIsoDate } from '../time/dates.js';

/** An existing date, as `YYYY-MM-DD`. */
export const isoDateSchema = z
  .string()
  .refine(isIsoDate, { error: 'must be an existing date, as YYYY-MM-DD' });
