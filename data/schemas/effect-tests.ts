import { z } from 'zod';

/** The tests in stat_tests.json, whichever model they are of. A figure that cannot be computed is null. */
export const figure = z.number().nullable();
export const count = z.number().int().nonnegative();

/** A 95 % confidence interval. */
export const interval = z.strictObject({ low: figure, high: figure });
export type Interval95 = z.output<typeof interval>;

/** The rows that a figure is computed from. */
export const extent = { rows: count, dates: count };

/** A one-sided test that an effect is above zero, by paired block bootstrap. */
export const effectTestSchema = z.strictObject({
  /** The claim, as a sentence. */
  claim: z.string(),
  /** Unit of the estimate. */
  unit: z.string(),
  estimate: figure,
  /** Standard deviation over the replicates. */
  standardError: figure,
  ...interval.shape,
  /** (1 + #{d* − d ≥ d}) / (replicates + 1). */
  pValue: figure,
  ...extent,
});
export type EffectTest = z.output<typeof effectTestSchema>;

/** Two models on the same rows, by both of what they say. Above zero: the first is better. */
export const pairedTestsSchema = z.strictObject({
  /** Log-loss of the second minus that of the first, nats per row. */
  logLoss: effectTestSchema,
  /** Daily neutral rank IC of the first minus that of the second. */
  neutral: effectTestSchema,
});
export type PairedTests = z.output<typeof pairedTestsSchema>;

export const sharpeTestSchema = z.strictObject({
  /** Number of holdings that do not overlap: dates / horizon. */
  independentHoldings: count,
  /** Per holding. */
  sharpe: figure,
  skew: figure,
  kurtosis: figure,
  /** Probability that the true ratio is above 0. */
  probabilistic: figure,
  trials: count,
  /** Expected best Sharpe ratio among this many trials without any skill, per holding. */
  deflatedBenchmark: figure,
  /** Probability that the true ratio is above that benchmark. */
  deflated: figure,
});
export type SharpeTest = z.output<typeof sharpeTestSchema>;
