import { z } from 'zod';

import { isIsoDate } from '../time/dates.js';
import { SYMBOL_PATTERN } from './run-choices.js';

const text = z.string().min(1).nullable().default(null);

/** One listed company of a universe. Only the symbol must be known. */
export const universeMemberSchema = z.strictObject({
  /** NSE symbol, the name of its bar files. */
  symbol: z.string().regex(SYMBOL_PATTERN, 'must be an NSE symbol, such as RELIANCE or M&M'),
  company: text,
  industry: text,
  isin: z
    .string()
    .regex(/^[A-Z]{2}[A-Z0-9]{9}\d$/, 'must be an ISIN, such as INE002A01018')
    .nullable()
    .default(null),
  /** ICICI Direct's code, which differs from the symbol for most companies. */
  isecCode: text,
  /** The exchange's listing date. It may be later than the first bar; the bars win then (see ingest). */
  listingDate: z
    .string()
    .refine(isIsoDate, { error: 'must be a date that exists, as YYYY-MM-DD' })
    .nullable()
    .default(null),
  /** Why the symbol is expected to have no bars. The ingest asks its source all the same. */
  exclusion: z
    .strictObject({ reason: z.string().min(1) })
    .nullable()
    .default(null),
});
export type UniverseMember = z.output<typeof universeMemberSchema>;

export const universeSchema = z.strictObject({
  name: z.string().min(1),
  members: z.array(universeMemberSchema).min(1, 'must name at least one symbol'),
});
export type Universe = z.output<typeof universeSchema>;
