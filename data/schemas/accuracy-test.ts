import { z } from 'zod';

const figure = z.number().nullable();
const count = z.number().int().nonnegative();

/** Log-loss by date against that of another forecast: the Diebold–Mariano test. What cannot be computed is null. */
export const accuracySchema = z.strictObject({
  dates: count,
  /** Autocovariances that the long-run variance counts: bars of a label − 1. */
  lags: count,
  /** `bartlett` where the rectangular window gives no variance. */
  window: z.enum(['rectangular', 'bartlett']).nullable(),
  /** Mean over the dates of the other's loss minus the model's, nats: above zero where the model is better. */
  mean: figure,
  statistic: figure,
  /** One-sided, of "the model is not better". */
  pValue: figure,
  /** Of "both are equally good". */
  twoSided: figure,
});
export type AccuracyFigure = z.output<typeof accuracySchema>;
