import { z } from 'zod';

const count = z.number().int().nonnegative();

const differenceSchema = z.strictObject({
  /** `prior`, `shard N` or `student`. */
  unit: z.string(),
  /** Role of the file in its unit. */
  file: z.string(),
});
export type ReproductionDifference = z.output<typeof differenceSchema>;

/** reproduction.json: what came of training a cohort a second time. */
export const reproductionSchema = z.strictObject({
  cohort: z.string(),
  /** Units that were trained again. */
  units: count,
  /** Files that were compared by digest. */
  files: count,
  /** Those with the same digest. */
  equal: count,
  differences: z.array(differenceSchema),
});
export type Reproduction = z.output<typeof reproductionSchema>;
