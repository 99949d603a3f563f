import { z } from 'zod';

import { accuracySchema } from './accuracy-test.js';

const figure = z.number().nullable();
const count = z.number().int().nonnegative();

/** One figure of both on the rows that they share; a difference above zero speaks for the candidate. */
const comparedSchema = z.strictObject({
  candidate: figure,
  champion: figure,
  difference: figure,
  /** By block bootstrap of the shared dates. */
  standardError: figure,
  low: figure,
  high: figure,
  /** One-sided, of "the candidate is not better". */
  pValue: figure,
});

/**
 * A candidate and the champion on the same forward rows, by one code. It depends on the home and on the time of the
 * decision, so it is in no bundle.
 */
export const championComparisonSchema = z.strictObject({
  /** Forward rows that both students predicted. */
  rows: count,
  dates: count,
  first: z.string().nullable(),
  last: z.string().nullable(),
  /** Log-loss in nats; the difference is the champion's minus the candidate's. */
  logLoss: comparedSchema,
  /**
   * The same log-losses by date: the Diebold–Mariano test of the candidate against the champion. Null where the
   * labels are not the same, and without common rows. Absent in comparisons of earlier versions.
   */
  dieboldMariano: accuracySchema.nullable().exactOptional(),
  /** Daily neutral rank IC at 5 bars, on the outcomes of the candidate's bundle. */
  neutralIc: comparedSchema,
  /** What cannot be compared, and why, in words. */
  reasons: z.array(z.string()),
});
export type ChampionComparison = z.output<typeof championComparisonSchema>;
