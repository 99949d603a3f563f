import { z } from 'zod';

import { envelopeSchema, runRecordSchema } from './bundle.js';
import { championComparisonSchema } from './champion-comparison.js';
import { ENTRY_VERDICTS } from './decision-states.js';
import { decisionsHeadSchema } from './decisions-head.js';
import { sha256Schema as sha256 } from './file-ref.js';
import { releasePolicySchema } from './release-policy.js';
import { RUN_ID_PATTERN } from './run-choices.js';

/** What an approval went against: the briefing's recommendation, or the end of the time for a decision. */
const OVERRULED = ['recommendation', 'expiry'] as const;

const number = z.number().int().positive();
const run = z.string().regex(RUN_ID_PATTERN);
/** Forward figures of a bundle's briefing, by name. */
const figures = z.record(z.string(), z.number().nullable());

/** What depends on the home and its history, and so is in no bundle: computed when the decision was made. */
const comparisonSchema = z.strictObject({
  /** The champion at the time; null: there was none. */
  champion: z
    .strictObject({
      run,
      /** The decision that made it champion. */
      decision: number,
      /** The digest of its bundle, computed again from the bundle's files; null where they cannot be read. */
      bundleDigest: sha256.nullable(),
      bundle: z.enum(['verified', 'partly checked', 'changed', 'missing']),
      figures,
    })
    .nullable(),
  candidate: figures,
  /**
   * Both on the same rows; null: there was no champion, or its bundle cannot be compared. Absent in entries that were
   * made before there was such a comparison.
   */
  sameRows: championComparisonSchema.nullable().exactOptional(),
  /** Configurations that this home has tried on the same bars and labels, and the Sharpe ratios deflated by them. */
  trials: runRecordSchema.shape.trials.nullable(),
});
export type Comparison = z.output<typeof comparisonSchema>;

const overrideSchema = z.strictObject({
  reason: z.string().min(1),
  against: z.array(z.enum(OVERRULED)).min(1),
});
export type Override = z.output<typeof overrideSchema>;

/** What entries of the third version have in addition. */
const thirdVersion = {
  version: z.literal(3),
  /** Who made the run, as it was declared; null: nobody said so. */
  author: z.string().min(1).nullable(),
  /** Set where the approval went against the policy. */
  override: overrideSchema.nullable(),
  /** True: approved for scoring beside the champion, and not its successor yet. */
  shadow: z.boolean(),
  /** The decision that made the champion of before; null: there was none. */
  replaces: number.nullable(),
  /** Of `restored`: the decision that made that champion the first time. */
  restores: number.nullable(),
  /** Null where nothing was compared. */
  comparison: comparisonSchema.nullable(),
  /** SHA-256 of the release policy's canonical JSON. */
  policy: sha256,
  /** What is watched of the champion that this decision makes; null where it makes none. */
  triggers: releasePolicySchema.shape.triggers.nullable(),
} as const;

/** An entry of the log. Those of earlier versions are verdicts without the last nine fields. */
export const decisionSchema = z
  .strictObject({
    /** Position in the home's history, from 1. */
    number,
    run,
    /** The bundle's folder, relative to the home. */
    bundle: z.string(),
    bundleDigest: sha256,
    verdict: z.enum(ENTRY_VERDICTS),
    by: z.string().min(1),
    reason: z.string().min(1),
    /** ISO. */
    at: z.string(),
    /** Id of the request: a request that is delivered twice is one decision. */
    id: z.string(),
    /** SHA-256 of the previous decision's file, which chains the history; null for the first. */
    previous: sha256.nullable(),
    version: thirdVersion.version.exactOptional(),
    author: thirdVersion.author.exactOptional(),
    override: thirdVersion.override.exactOptional(),
    shadow: thirdVersion.shadow.exactOptional(),
    replaces: thirdVersion.replaces.exactOptional(),
    restores: thirdVersion.restores.exactOptional(),
    comparison: thirdVersion.comparison.exactOptional(),
    policy: thirdVersion.policy.exactOptional(),
    triggers: thirdVersion.triggers.exactOptional(),
  })
  .check(({ value, issues }) => {
    const there = Object.keys(thirdVersion).filter((key) => key in value);
    const isWhole = there.length === (value.version === undefined ? 0 : Object.keys(thirdVersion).length);
    if (!isWhole) issues.push({ code: 'custom', input: value, message: 'is not an entry of any version' });
    if (value.version === undefined && value.verdict !== 'approved' && value.verdict !== 'rejected')
      issues.push({ code: 'custom', input: value, message: 'is not a verdict of its version' });
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

/** `keys/decisions/NNNNNN.json`: the head of the log, kept apart from it and signed with the home's key. */
export const decisionsHeadFileSchema = z.strictObject({
  head: decisionsHeadSchema,
  /** An in-toto statement with the head as its predicate (DSSE). */
  envelope: envelopeSchema,
});
export type DecisionsHeadFile = z.output<typeof decisionsHeadFileSchema>;

/** `champions/champion.json`: the champion, for other programs. */
export const championSchema = z.union([
  z.strictObject({
    run,
    bundle: z.string(),
    bundleDigest: sha256,
    /** The decision that made it champion. */
    decision: number,
  }),
  /** There is none any more: `decision` retired or demoted the last one. */
  z.strictObject({ run: z.null(), bundle: z.null(), bundleDigest: z.null(), decision: number }),
]);
export type ChampionPointer = z.output<typeof championSchema>;
