import { z } from 'zod';

import { envelopeSchema } from './bundle.js';
import { sha256Schema as sha256 } from './file-ref.js';
import { RUN_ID_PATTERN } from './run-choices.js';

export const VERDICTS = ['approved', 'rejected'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** A person's decision on one bundle. */
export const decisionSchema = z.strictObject({
  /** Position in the home's history, from 1. */
  number: z.number().int().positive(),
  run: z.string().regex(RUN_ID_PATTERN),
  /** The bundle's folder, relative to the home. */
  bundle: z.string(),
  bundleDigest: sha256,
  verdict: z.enum(VERDICTS),
  by: z.string().min(1),
  reason: z.string().min(1),
  /** ISO. */
  at: z.string(),
  /** Id of the request: a request that is delivered twice is one decision. */
  id: z.string(),
  /** SHA-256 of the previous decision's file, which chains the history; null for the first. */
  previous: sha256.nullable(),
});
export type Decision = z.output<typeof decisionSchema>;

/** `champions/NNNNNN.json`: a decision, signed with the home's key. Written once, never changed. */
export const decisionFileSchema = z.strictObject({
  decision: decisionSchema,
  /** An in-toto statement about the bundle's digest with the decision as its predicate (DSSE). */
  envelope: envelopeSchema,
  publicKey: z.string(),
});
export type DecisionFile = z.output<typeof decisionFileSchema>;

/** The newest entry of the log of decisions; number 0 and no digest: the log is empty. */
const decisionsHeadSchema = z.strictObject({
  number: z.number().int().nonnegative(),
  /** SHA-256 of the newest decision's file. */
  digest: sha256.nullable(),
});
export type DecisionsHead = z.output<typeof decisionsHeadSchema>;

/** `keys/decisions/NNNNNN.json`: the head of the log, kept apart from it and signed with the home's key. */
export const decisionsHeadFileSchema = z.strictObject({
  head: decisionsHeadSchema,
  /** An in-toto statement with the head as its predicate (DSSE). */
  envelope: envelopeSchema,
});
export type DecisionsHeadFile = z.output<typeof decisionsHeadFileSchema>;

/** `champions/champion.json`: the bundle that was approved last. */
export const championSchema = z.strictObject({
  run: z.string().regex(RUN_ID_PATTERN),
  bundle: z.string(),
  bundleDigest: sha256,
  /** The decision that made it champion. */
  decision: z.number().int().positive(),
});
export type Champion = z.output<typeof championSchema>;
