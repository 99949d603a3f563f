/** Bars that a sleeve may be held. */
export const HOLDING_BARS = [5, 10, 20] as const;
