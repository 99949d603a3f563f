/**
 * A figure that can be computed cohort by cohort, on any machine and in any grouping. `merge` only unites what it is
 * given, in a fixed order; sums are taken in `finish`. So the result is bit-identical however cohorts were grouped.
 */
export interface Statistic<Rows, Partial, Result> {
  /** What the figure needs of one cohort's rows. */
  ofCohort(rows: Rows): Partial;
  /** Unites partial statistics, those of groups too; the order of the parts does not matter. */
  merge(parts: readonly Partial[]): Partial;
  finish(merged: Partial): Result;
}

/** Computes a statistic of all cohorts at once. */
export function computeStatistic<Rows, Partial, Result>(
  statistic: Statistic<Rows, Partial, Result>,
  cohorts: readonly Rows[],
): Result {
  return statistic.finish(statistic.merge(cohorts.map((rows) => statistic.ofCohort(rows))));
}
