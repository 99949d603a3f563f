import { z } from 'zod';

import { GATES } from './policy.js';

/** What a gate says. `not enough data` never passes. */
export const GATE_VERDICTS = ['pass', 'fail', 'not enough data'] as const;
export type GateVerdict = (typeof GATE_VERDICTS)[number];

/** `gates` of promotion_briefing.json: what decides about the recommendation. */
export const gateSchema = z.strictObject({
  id: z.enum(GATES),
  question: z.string(),
  verdict: z.enum(GATE_VERDICTS),
  /** The figure that decides, and what it is. */
  figure: z.number().nullable(),
  unit: z.string(),
  /** The limits of the policy, by name. */
  limit: z.record(z.string(), z.number()),
  /** The evidence and the rule, for a person. */
  because: z.string(),
  rule: z.string(),
  /** Why the limit is where it is: the policy's own words. */
  why: z.string(),
  materiality: z.number().nullable(),
  decides: z.literal(true),
});
export type Gate = z.output<typeof gateSchema>;
