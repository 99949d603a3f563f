import { z } from 'zod';

const days = (most: number) => z.number().int().min(1).max(most);

/** Of which figures of a champion in use a person is told; null: of this one never. */
const triggersSchema = z.strictObject({
  /** Largest population stability index of a feature. */
  drift: z.number().positive().max(10).nullable(),
  /** Expected calibration error. */
  calibration: z.number().positive().max(1).nullable(),
  /** The whole confidence interval of the neutral rank IC lies below zero. */
  icIntervalBelowZero: z.boolean(),
  /** Days since the decision that made it champion. */
  maxAgeDays: days(3_650).nullable(),
  /** Whether a trigger ends the championship by itself, without waiting for a person. */
  demote: z.boolean(),
});
export type Triggers = z.output<typeof triggersSchema>;

/**
 * The rules of a release: who may approve, how long a bundle waits for a decision, and when a champion is looked at
 * again. The project's own are in `data/reference/policies/release-policy.json`.
 */
export const releasePolicySchema = z.strictObject({
  version: z.literal(1),
  /** Whether the author of a run may approve it. */
  allowAuthorToApprove: z.boolean(),
  /** Days that a bundle waits for a decision. */
  expiryDays: days(365),
  /** Days between two reminders. */
  reminderDays: days(365),
  /** Sessions that a shadow is scored beside the champion before it is reported. */
  shadowSessions: days(1_000),
  triggers: triggersSchema,
});
export type ReleasePolicy = z.output<typeof releasePolicySchema>;

/** The section `release` of a home's `policy.json`: what it leaves out is as in the project's own policy. */
export const releaseSectionSchema = z.strictObject({
  ...releasePolicySchema.partial().shape,
  version: releasePolicySchema.shape.version,
  triggers: triggersSchema.partial().optional(),
});
