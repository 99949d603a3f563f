/**
 * The two times that a cohort's models are fitted as of: `select` knows what is resolved before the validation part,
 * `fit` what is resolved before the forward part.
 */
export type PriorPhase = 'select' | 'fit';
