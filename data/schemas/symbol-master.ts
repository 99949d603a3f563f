import { z } from 'zod';

import { isIsoDate } from '../time/dates.js';

const isoDate = z.string().refine(isIsoDate, { error: 'must be a date that exists, as YYYY-MM-DD' });

/** One listed share under its present NSE symbol. */
export const symbolRecordSchema = z.strictObject({
  symbol: z.string().min(1),
  company: z.string().nullable(),
  isin: z.string().regex(/^[A-Z]{2}[A-Z0-9]{9}\d$/, 'must be an ISIN, such as INE002A01018'),
  /** The exchange's date; it may be that of a later formality (see the ingest, which believes the bars). */
  listingDate: isoDate.nullable(),
  /** ICICI Direct's code, which Breeze wants instead of the symbol. */
  isecCode: z.string().min(1).nullable(),
  /** Symbols that it was traded under before, latest first. */
  formerSymbols: z.array(z.string().min(1)),
});
export type SymbolRecord = z.output<typeof symbolRecordSchema>;

/** `symbols/master.json` in the home folder: what `gurukul symbols refresh` has joined. */
export const symbolMasterSchema = z.strictObject({
  /** The lists it was joined from. */
  lists: z.array(z.strictObject({ list: z.string(), from: z.string(), sha256: z.string() })),
  /** Sorted by symbol. */
  records: z.array(symbolRecordSchema),
});
export type SymbolMasterFile = z.output<typeof symbolMasterSchema>;
