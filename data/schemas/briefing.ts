import { z } from 'zod';

import { gateSchema } from './gates.js';
import { RECOMMENDATIONS } from './recommendation.js';
import { sha256Schema } from './file-ref.js';

const figure = z.number().nullable();
const count = z.number().int().nonnegative();

const answerSchema = z.strictObject({
  id: z.string(),
  question: z.string(),
  answer: z.enum(['yes', 'no', 'unknown', 'not enough data']),
  because: z.string(),
  rule: z.string(),
});

/** Forward figures of the students: of the model that a promotion puts into use. */
const studentFiguresSchema = z.strictObject({
  rows: count,
  logLoss: figure,
  baselineLogLoss: figure,
  skill: figure,
  pooledSkill: figure,
  placeboPooledSkill: figure,
  cohortAuc: figure,
  rankIc: figure,
  /** At the headline horizon. */
  neutralRankIc: figure,
  ece: figure,
  activePerYear: figure,
  deflated: figure,
});

/** promotion_briefing.json */
export const briefingSchema = z.strictObject({
  recommendation: z.enum(RECOMMENDATIONS),
  reasons: z.array(z.string()),
  /** The gates as answers; in bundles of earlier versions, all questions. */
  verdicts: z.array(answerSchema),
  /** What decides; absent in bundles of earlier versions, as the next three. */
  gates: z.array(gateSchema).optional(),
  /** What does not. */
  informs: z.array(answerSchema).optional(),
  /** The digest is that of configs/policy.json. */
  policy: z.strictObject({ digest: sha256Schema, version: count }).optional(),
  student: studentFiguresSchema.optional(),
  /** Of the teachers. */
  forward: z.strictObject({
    rows: count,
    symbols: count,
    dates: count,
    first: z.string().nullable(),
    last: z.string().nullable(),
    baseRate: figure,
    logLoss: figure,
    baselineLogLoss: figure,
    skill: figure,
    auc: figure,
    rankIc: figure,
    ece: figure,
    netSharpe: figure,
    /** Skill against the pooled base rate, each arm on its own labels, so that teacher and placebo can be compared. */
    pooledSkill: figure,
    placeboPooledSkill: figure,
    placeboAuc: figure,
    /** AUC of rows that are compared only with those of their cohort: chance is 0.5. */
    cohortAuc: figure,
    placeboCohortAuc: figure,
    studentSkill: figure,
    studentAuc: figure,
  }),
  /** Daily rank ICs of the scores at the headline horizon, in bars from entry. */
  ranking: z.strictObject({
    horizon: count,
    scores: z.array(z.strictObject({ name: z.string(), raw: figure, neutral: figure })),
  }),
  windows: z.strictObject({
    planned: count,
    succeeded: count,
    skipped: count,
    failed: count,
    skippedBy: z.record(z.string(), count),
    failedBy: z.record(z.string(), count),
  }),
  students: count,
  trials: count,
  /** The most important features: rise of the loss when the feature is shuffled, and its drift after the windows. */
  features: z.array(z.strictObject({ feature: z.string(), lossRise: figure, psi: figure })),
  /** Features whose distribution drifted after the windows, largest drift first. */
  strayed: z.array(z.string()),
});
export type Briefing = z.output<typeof briefingSchema>;
