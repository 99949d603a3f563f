import { z } from 'zod';

const count = z.number().int().nonnegative();
/** Null where nothing was measured. */
const figure = z.number().nullable();

/**
 * feature_importance.json, and the part of it that each shard writes: what every window's teacher loses on
 * some of its validation rows when one feature of them is shuffled.
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
  /** Cohorts with enough forward days to say something, in order of time. */
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

/** In metrics.json: what a feature is worth to the teachers, and how far it strays after the windows. */
export const featureFiguresSchema = z.strictObject({
  feature: z.string(),
  /** Permutation importance on validation rows. */
  importance: z.strictObject({
    windows: count,
    /** Mean rise of the log-loss over the windows when the feature is shuffled, in nats. */
    lossRise: figure,
    /** Of that mean, from the spread of the cohorts: windows of the same dates are not independent. */
    standardError: figure,
  }),
  /** Forward rows against the rows that the teachers were fitted on, cohort by cohort. */
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
