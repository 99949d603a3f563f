/** Cohorts of a run in flight at once, at most. */
export const MOST_COHORTS = 64;
