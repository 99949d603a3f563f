import { z } from 'zod';

const count = z.number().int().nonnegative();
/** Null if nothing was measured. */
const figure = z.number().nullable();

/**
 * feature_importance.json, and the part of it that each shard writes: permutation importance, the rise of the
 * loss of every window's teacher on some of its validation rows when one feature is shuffled.
 */
export const featureImportanceSchema = z.strictObject({
  /** Names, in the order of `losses`. */
  features: z.array(z.string()),
  /** Trained windows with validation rows, sorted by label. */
  windows: z.array(
    z.strictObject({
      window: z.string(),
      /** Rise of the mean log-loss by feature, in millionths of a nat: integers have the same sum in any order. */
      losses: z.array(z.number().int()),
    }),
  ),
});
export type FeatureImportance = z.output<typeof featureImportanceSchema>;

/** feature_drift.json: the drift of the features between each cohort's windows and its forward rows. */
export const featureDriftSchema = z.strictObject({
  /** Names, in the order of `psi` and `ks`. */
  features: z.array(z.string()),
  /** Cohorts with enough forward days, in order of time. */
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

/** In metrics.json: the importance of a feature to the teachers, and its drift after the windows. */
export const featureFiguresSchema = z.strictObject({
  feature: z.string(),
  /** Permutation importance on validation rows. */
  importance: z.strictObject({
    windows: count,
    /** Mean rise of the log-loss over the windows when the feature is shuffled, in nats. */
    lossRise: figure,
    /** Standard error of that mean, estimated from the cohorts: windows of the same dates are not independent. */
    standardError: figure,
  }),
  /** Forward rows compared with the rows that the teachers were fitted on, cohort by cohort. */
  drift: z.strictObject({
    cohorts: count,
    /** Mean population stability index over the cohorts. */
    psi: figure,
    /** Mean Kolmogorov–Smirnov distance over the cohorts. */
    ks: figure,
    worstPsi: figure,
    worstCohort: z.string().nullable(),
  }),
});
export type FeatureFigures = z.output<typeof featureFiguresSchema>;
