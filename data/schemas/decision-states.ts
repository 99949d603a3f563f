/** What a person says of a bundle. */
export const VERDICTS = ['approved', 'rejected'] as const;
export type Verdict = (typeof VERDICTS)[number];

/**
 * What an entry of the log of decisions says: a person's verdict on a bundle; that nobody decided in time; or what
 * became of a champion: an earlier one was restored, it was retired by a person or demoted by the policy.
 */
export const ENTRY_VERDICTS = [...VERDICTS, 'expired', 'restored', 'retired', 'demoted'] as const;

/** What is known of the decision about a bundle. */
export const DECISION_STATES = ['pending', ...VERDICTS, 'expired'] as const;
export type DecisionState = (typeof DECISION_STATES)[number];
