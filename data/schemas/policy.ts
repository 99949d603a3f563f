import { z } from 'zod';

import { releaseSectionSchema } from './release-policy.js';

/** The gates that decide about a recommendation, in the order of the briefing. At most seven: a dozen together never say yes. */
export const GATES = [
  'evidence',
  'no_leak',
  'ranks',
  'calibrated',
  'net',
  'complete',
  'reproducible',
] as const;
export type GateId = (typeof GATES)[number];

const atLeast = z.int().min(0).max(1_000_000_000);
const share = z.number().min(0).max(1);
/** Standard errors. */
const errors = z.number().min(0).max(10);

/** Limits of each gate. */
const LIMITS = {
  evidence: z.strictObject({
    /** Fewest forward rows, dates, symbols and cohorts of the students. */
    rows: atLeast,
    dates: atLeast,
    symbols: atLeast,
    cohorts: atLeast,
    /** Largest least detectable daily neutral rank IC. */
    detectableIc: share,
  }),
  no_leak: z.strictObject({
    findings: atLeast,
    /** Choices of the user that flatter figures. */
    flatteringChoices: atLeast,
  }),
  ranks: z.strictObject({
    /** Largest one-sided p-value, of the rank IC itself and above both placebos. */
    pValue: share,
    /** Standard errors by which the score may rank below the sum of simple factors. */
    errorsBelowFactors: errors,
  }),
  calibrated: z.strictObject({
    /** Largest expected calibration error. */
    ece: share,
    /** Standard errors by which the log-loss may be above that of the base rate. */
    errorsBelowBaseRate: errors,
  }),
  net: z.strictObject({
    /** Least deflated Sharpe ratio of the return after costs above equal weights. */
    deflated: share,
  }),
  complete: z.strictObject({
    /** Largest share of trained windows that failed. */
    failureRate: share,
    cohortsWithoutStudent: atLeast,
  }),
  reproducible: z.strictObject({
    /** Files that may differ where a cohort is trained again. */
    differences: atLeast,
  }),
} as const satisfies Readonly<Record<GateId, z.ZodObject>>;

const why = z.string().trim().min(1).max(1_000);
/**
 * The least effect that matters, in the gate's own unit. Where even that could not have been seen, the answer is "not
 * enough data". Null: any departure matters.
 */
const materiality = z.number().min(0).max(1).nullable();

function gate<Limits extends z.ZodObject>(
  limits: Limits,
): z.ZodObject<{ limits: Limits; materiality: typeof materiality; why: typeof why }, z.core.$strict> {
  return z.strictObject({ limits, materiality, why });
}

/** configs/policy.json: the gates of an examination, settled before the run starts. */
export const policySchema = z.strictObject({
  version: z.literal(1),
  gates: z.strictObject({
    evidence: gate(LIMITS.evidence),
    no_leak: gate(LIMITS.no_leak),
    ranks: gate(LIMITS.ranks),
    calibrated: gate(LIMITS.calibrated),
    net: gate(LIMITS.net),
    complete: gate(LIMITS.complete),
    reproducible: gate(LIMITS.reproducible),
  }),
});
export type Policy = z.output<typeof policySchema>;
/** What a policy asks of one gate. */
export type GateRule<Id extends GateId> = Policy['gates'][Id];

/** A gate that a home sets otherwise: what it leaves out is as in the project's own policy, but for the reason. */
const changed = (limits: z.ZodObject) =>
  z
    .strictObject({ limits: limits.partial().optional(), materiality: materiality.optional(), why })
    .optional();

/** The section `examination` of a home's `policy.json`. */
export const examinationSectionSchema = z.strictObject({
  version: z.literal(1),
  gates: z.strictObject({
    evidence: changed(LIMITS.evidence),
    no_leak: changed(LIMITS.no_leak),
    ranks: changed(LIMITS.ranks),
    calibrated: changed(LIMITS.calibrated),
    net: changed(LIMITS.net),
    complete: changed(LIMITS.complete),
    reproducible: changed(LIMITS.reproducible),
  }),
});

/** A home's `policy.json`. */
export const homePolicySchema = z.strictObject({
  examination: examinationSectionSchema.optional(),
  /** Rules of a release, which are no part of an examination. */
  release: releaseSectionSchema.optional(),
});
export type HomePolicy = z.output<typeof homePolicySchema>;
