/*
 * Declared grids, from which every cohort chooses by purged walk-forward validation on its own past (see
 * `choices/`), the defaults of cohorts whose past is too short for that, and constants with where they come from.
 * Nothing here was chosen by looking at forward rows. A strength of Infinity switches its part off. They are code:
 * changing one changes the code version.
 */

/** Candidates for the ridge penalty of the scale model's linear part, in rows: half a decade apart. */
export const SCALE_RIDGES: readonly number[] = [10_000, 3000, 1000];

/** Candidates for the ridge penalty of the scale model's tanh units, in rows. */
export const TANH_RIDGES: readonly number[] = [Infinity, 3000, 1000];

/**
 * Tanh units of the scale model. On bars of 2020 and 2021 (walk-forward by quarters, 46 symbols) 32, 64 and 128
 * units differ by less than 0.0003 in log-loss, and networks of 32 trained units are no better than them.
 */
export const TANH_UNITS = 32;

/** Candidates for the sessions after which an old row counts half: no decay, two years, one year. */
export const HALF_LIVES: readonly number[] = [Infinity, 500, 250];

/** Candidates for the ridge penalty of the relative features' weights, in units of information. */
export const RELATIVE_RIDGES: readonly number[] = [Infinity, 100_000, 30_000, 10_000, 3000, 1000];

/** Candidates for the shrinkage of a symbol's own shift, in units of information (about five labels each). */
export const SYMBOL_SHRINKAGES: readonly number[] = [Infinity, 1000, 300, 100];

/**
 * Without enough own past: strong shrinkage of both parts, among the best by log-loss in the study of
 * {@link TANH_UNITS}, and no decay, since a short past has nothing to forget.
 */
export const STANDARD_SCALE = { ridge: 3000, tanhRidge: 3000, halfLife: Infinity };

/**
 * Without enough own past: no relative features, as every walk-forward choice on bars of 2020 and 2021 had it; the
 * stronger one of the two shrinkages that these chose (300 and 100); no decay, as above.
 */
export const STANDARD_CALIBRATION = { relativeRidge: Infinity, halfLife: Infinity, symbolShrinkage: 300 };

/**
 * Ridge penalty of the slope from scale to logit, in units of information: one, the weakest that keeps the slope
 * finite whatever the labels.
 */
export const SCALE_SLOPE_RIDGE = 1;

/**
 * Sessions after which a soft label counts half. A label is an opinion of the model that made it, and models that were
 * fitted on a shorter past differ more from the teachers that a student stands for. Chosen by how closely students follow
 * their teachers' scores on forward rows, without looking at what came of any: see docs/explanation. Half-lives from 20 to
 * 90 differ little on windows of 180 days; probabilities follow best with the longer, scores with the shorter ones.
 */
export const SOFT_LABEL_HALF_LIFE = 60;

/**
 * Maximum number of validation rows per window for feature importance, at equal steps. A window of 180 days of
 * daily bars has no more. The hundreds of rows of a window of 5-minute bars have overlapping labels: using more
 * of them would cost much and add little.
 */
export const MAX_IMPORTANCE_ROWS = 32;
