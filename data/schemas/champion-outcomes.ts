import { z } from 'zod';

const figure = z.number().nullable();

/**
 * What is watched of `scores/outcomes.json` (all of it: score-outcomes.ts): what the log of scores, joined with what
 * came, says of a bundle in use. Null: too little has come to say it.
 */
const usedBundleSchema = z.looseObject({
  /** Sessions that were scored and whose outcome is known. */
  sessions: z.number().int().nonnegative(),
  /** Largest population stability index of a feature against the rows that the model was trained on. */
  psi: z.looseObject({ max: z.number().nonnegative(), feature: z.string() }).nullable(),
  /** Expected calibration error. */
  ece: figure,
  /** Mean of the daily neutral rank IC, with its confidence interval. */
  neutralIc: z.looseObject({ mean: figure, low: figure, high: figure }).nullable(),
});

export const championOutcomesSchema = usedBundleSchema.extend({
  /** Number of the decision that made it champion. */
  champion: z.number().int().positive(),
  /** The same of the shadow, by the decision that staged it. */
  shadow: usedBundleSchema.extend({ decision: z.number().int().positive() }).nullish(),
});
export type ChampionOutcomes = z.output<typeof championOutcomesSchema>;
