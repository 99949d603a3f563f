import { z } from 'zod';

import { isoDateSchema } from './iso-date.js';
import { isinSchema } from './universe.js';

/** One listed share, under its current NSE symbol. */
export const symbolRecordSchema = z.strictObject({
  symbol: z.string().min(1),
  company: z.string().nullable(),
  /** The exchange's industry, such as `Power`; its lists of all shares have none. */
  industry: z.string().nullable().default(null),
  /** Null where no public list confirms one: a share that is not listed any more. */
  isin: isinSchema.nullable(),
  /** The exchange's listing date. It may be later than the first bar (a re-listing); the ingest then uses the bars. */
  listingDate: isoDateSchema.nullable(),
  /** ICICI Direct's code of the share; Breeze expects it instead of the symbol. */
  isecCode: z.string().min(1).nullable(),
  /** Earlier symbols of the share, latest first. */
  formerSymbols: z.array(z.string().min(1)),
});
export type SymbolRecord = z.output<typeof symbolRecordSchema>;

/** `symbols/master.json` in the home folder, written by `gurukul symbols refresh`. */
export const symbolMasterSchema = z.strictObject({
  /** The lists that were joined. */
  lists: z.array(z.strictObject({ list: z.string(), from: z.string(), sha256: z.string() })),
  /** Sorted by symbol. */
  records: z.array(symbolRecordSchema),
});
export type SymbolMasterFile = z.output<typeof symbolMasterSchema>;
