import { z } from 'zod';

import { isIsoDate } from '../time/dates.js';
import { isoDateSchema } from './iso-date.js';
import type { MembershipSpan } from './ingest.js';
import { SYMBOL_PATTERN } from './run-choices.js';

export const isinSchema = z
  .string()
  .regex(/^[A-Z]{2}[A-Z0-9]{9}\d$/, 'must be an ISIN, such as INE002A01018');

const text = z.string().min(1).nullable().default(null);

/** One company of a universe. Only the symbol is required. */
export const universeMemberSchema = z
  .strictObject({
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
    /** First day as a member; null: since ever. A symbol may be listed several times, with the dates of each time. */
    from: isoDateSchema.nullable().optional(),
    /** First day on which it is no member any more; null: it still is one. */
    to: isoDateSchema.nullable().optional(),
  })
  .refine(({ from, to }) => !isDate(from) || !isDate(to) || from < to, {
    path: ['from'],
    error: 'must be before to',
  });
export type UniverseMember = z.output<typeof universeMemberSchema>;

/** Not so for a date that does not exist, of which its own schema says so. */
function isDate(value: string | null | undefined): value is string {
  return typeof value === 'string' && isIsoDate(value);
}

export const universeSchema = z.strictObject({
  name: z.string().min(1),
  members: z.array(universeMemberSchema).min(1, 'must name at least one symbol'),
});

/** A universe: who can take part in a run, and who was a member when, where that is known. */
export interface Universe {
  readonly name: string;
  /** Each symbol once; of a built-in universe the members of today, of a file everyone. */
  readonly members: readonly UniverseMember[];
  readonly history?: MembershipHistory;
}

/** Who was a member when. */
export interface MembershipHistory {
  /** By symbol: ascending and apart, half-open. Whoever is not in it was never a member. */
  readonly spans: ReadonlyMap<string, readonly MembershipSpan[]>;
  /** Members of other times that are not among those of the universe, sorted by symbol. */
  readonly others: readonly UniverseMember[];
  /** First and last date of the list of a built-in universe; null: the dates are the user's own. */
  readonly known: { readonly from: string; readonly until: string } | null;
}
