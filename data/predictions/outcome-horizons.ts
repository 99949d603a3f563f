/** Bars held that outcomes are known for. */
export const OUTCOME_HORIZONS = [1, 5, 10, 20] as const;
