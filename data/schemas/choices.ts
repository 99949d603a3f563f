import { z } from 'zod';

/** One choice of a fit: the declared grid with the figure that each configuration had on the cohort's own past. */
export const choiceSchema = z.strictObject({
  /** What was chosen, such as `ridge strength`. */
  what: z.string().min(1),
  grid: z
    .array(
      z.strictObject({
        config: z.record(z.string(), z.union([z.number(), z.string()])),
        /** Null without rows that could tell the configurations apart. */
        figure: z.number().nullable(),
        /** Mean advantage over the default in standard errors, where the rule compares these. */
        advantage: z.number().nullable().optional(),
      }),
    )
    .min(1),
  /** `best`: the best figure; `clearly better`: the default, unless another's advantage is above 2 standard errors. */
  rule: z.enum(['best', 'clearly better']),
  /** The declared default, an index in the grid. */
  standard: z.int().min(0),
  /** Index in the grid. */
  chosen: z.int().min(0),
  /** `default`: the cohort's past was too short, so the declared default was taken. */
  reason: z.enum(['validated', 'default']),
  /** Rows and dates that the figures are of, and the first and the last of these dates. */
  rows: z.int().min(0),
  dates: z.int().min(0),
  first: z.string().nullable(),
  last: z.string().nullable(),
});
export type Choice = z.output<typeof choiceSchema>;

/** All choices of one fit: of a cohort, on real or on placebo bars. */
export const cohortChoicesSchema = z.strictObject({
  cohort: z.string(),
  arm: z.enum(['real', 'placebo']),
  choices: z.array(choiceSchema),
});
export type CohortChoices = z.output<typeof cohortChoicesSchema>;
