import { z } from 'zod';

import { ERROR_TYPES } from '../errors.js';

export const SKIP_REASONS = ['insufficient_data', 'not_listed', 'not_member', 'excluded', 'no_bars'] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** One window of the plan. Dates are ISO, half-open `[start, end)`. */
export const planItemSchema = z.strictObject({
  symbol: z.string(),
  start: z.string(),
  end: z.string(),
  /** `failed`: a data check of the ingest refused the symbol's bars. */
  status: z.enum(['trainable', 'skipped', 'failed']),
  /** Why a window is skipped, or the error type of a failed window. */
  reason: z.union([z.enum(SKIP_REASONS), z.enum(ERROR_TYPES)]).nullable(),
  /** For a person: the reason of the exclusion, the number of bars found, or the finding. */
  detail: z.string().nullable(),
  /** Number of bars inside the window. */
  bars: z.number().int().nonnegative(),
  /**
   * Number of its bars whose label stays unknown, since the symbol has no bar in the session that would decide it;
   * absent: none.
   */
  unknownLabels: z.number().int().positive().optional(),
});
export type PlanItem = z.output<typeof planItemSchema>;

/** All windows with the same dates. */
export const cohortPlanSchema = z.strictObject({
  /** `START_to_END`. */
  id: z.string(),
  start: z.string(),
  end: z.string(),
  /** Trainable symbols, sorted and cut into shards. */
  shards: z.array(z.array(z.string())),
});
export type CohortPlan = z.output<typeof cohortPlanSchema>;

/** What `plan --json` prints; a run keeps it as `models/{run}/plan.json`. */
export const planSchema = z.strictObject({
  windows: z.number().int().nonnegative(),
  trainable: z.number().int().nonnegative(),
  skipped: z.partialRecord(z.enum(SKIP_REASONS), z.number().int().positive()),
  failed: z.partialRecord(z.enum(ERROR_TYPES), z.number().int().positive()),
  cohorts: z.array(cohortPlanSchema),
  shards: z.number().int().nonnegative(),
  items: z.array(planItemSchema),
});
export type Plan = z.output<typeof planSchema>;

/** The name of a window everywhere: `SYMBOL_START_to_END`. */
export function windowLabel(symbol: string, start: string, end: string): string {
  return `${symbol}_${start}_to_${end}`;
}
