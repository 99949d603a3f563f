import { z } from 'zod';

const count = z.number().int().nonnegative();

/**
 * feature_importance.json, and the part of it that each shard writes: what every window's teacher loses on
 * its validation rows when one feature of them is shuffled.
 */
export const featureImportanceSchema = z.strictObject({
  /** Names, in the order of `losses`. */
  features: z.array(z.string()),
  /** Taught windows with validation rows, sorted by label. */
  windows: z.array(
    z.strictObject({
      window: z.string(),
      /** Rise of the mean log-loss by feature, in millionths of a nat: whole numbers add up to the same sum in any order. */
      losses: z.array(z.number().int()),
    }),
  ),
});
export type FeatureImportance = z.output<typeof featureImportanceSchema>;

/** feature_drift.json: how far the features of each cohort's forward rows lie from those of its windows. */
export const featureDriftSchema = z.strictObject({
  /** Names, in the order of `psi` and `ks`. */
  features: z.array(z.string()),
  /** Cohorts that have rows on both sides, in order of time. */
  cohorts: z.array(
    z.strictObject({
      cohort: z.string(),
      /** Rows compared. */
      trainRows: count,
      forwardRows: count,
      /** Population stability index. */
      psi: z.array(z.number()),
      /** Kolmogorov–Smirnov distance. */
      ks: z.array(z.number()),
    }),
  ),
});
export type FeatureDrift = z.output<typeof featureDriftSchema>;
