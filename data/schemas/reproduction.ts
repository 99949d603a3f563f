import { z } from 'zod';

const count = z.number().int().nonnegative();

const differenceSchema = z.strictObject({
  unit: z.enum(['prior', 'teachers', 'student']),
  /** Role of the file in its unit. */
  file: z.string(),
});
export type ReproductionDifference = z.output<typeof differenceSchema>;

/** reproduction.json: what came of training a cohort a second time. */
export const reproductionSchema = z.strictObject({
  cohort: z.string(),
  /** Kinds of units that were trained again. */
  units: count,
  /** Kinds of files that were compared by digest, those of all shards as one. */
  files: count,
  /** Those with the same digest. */
  equal: count,
  differences: z.array(differenceSchema),
});
export type Reproduction = z.output<typeof reproductionSchema>;
