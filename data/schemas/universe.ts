import { z } from 'zod';

import { isoDateSchema } from './iso-date.js';
import { SYMBOL_PATTERN } from './run-choices.js';

export const isinSchema = z
  .string()
  .regex(/^[A-Z]{2}[A-Z0-9]{9}\d$/, 'must be an ISIN, such as INE002A01018');

const text = z.string().min(1).nullable().default(null);

/** One company of a universe. Only the symbol is required. */
export const universeMemberSchema = z.strictObject({
  /** NSE symbol; bar files are named after it. */
  symbol: z.string().regex(SYMBOL_PATTERN, 'must be an NSE symbol, such as RELIANCE or M&M'),
  company: text,
  industry: text,
  isin: isinSchema.nullable().default(null),
  /** ICICI Direct's code; it differs from the symbol for most companies. */
  isecCode: text,
  /** The exchange's listing date. It may be later than the first bar; the ingest then uses the bars. */
  listingDate: isoDateSchema.nullable().default(null),
  /** Why the symbol is expected to have no bars. The ingest still asks its source for them. */
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
