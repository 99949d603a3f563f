import { z } from 'zod';

import { RUN_ID_PATTERN } from './run-choices.js';

/** What can open the review of a champion in use. */
export const TRIGGERS = ['age', 'drift', 'calibration', 'neutral rank IC'] as const;

const firedSchema = z.strictObject({
  trigger: z.enum(TRIGGERS),
  /** In one sentence: the figure and its limit. */
  because: z.string().min(1),
});
export type FiredTrigger = z.output<typeof firedSchema>;

/**
 * `champions/reviews/NNNNNN.json`: the review of a champion, named by the decision that made it champion. It is signed
 * by nobody: it asks a person to look, and allows to approve that bundle once more.
 */
export const championReviewSchema = z.strictObject({
  champion: z.number().int().positive(),
  run: z.string().regex(RUN_ID_PATTERN),
  /** ISO. */
  opened: z.string(),
  fired: z.array(firedSchema).min(1),
});
export type ChampionReview = z.output<typeof championReviewSchema>;
