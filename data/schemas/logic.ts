import { z } from 'zod';

import { bundleConfigSchema } from './bundle.js';
import { sha256Schema } from './file-ref.js';

const formulas = z.array(
  z.strictObject({
    name: z.string(),
    formula: z.string(),
    /** Bars that it is computed from, the row's own included; absent where it has no window of its own. */
    bars: z.number().int().positive().optional(),
  }),
);

const { label, horizon, threshold, lowerBarrier, entry, interval, windowDays } = bundleConfigSchema.shape;

/** The part of a run's input that belongs to its algorithm. */
export const logicChoicesSchema = z.object({
  label: z.object({ label, horizon, threshold, lowerBarrier, entry }),
  windows: z.object({ interval, windowDays }),
});

/** What makes an algorithm: not the bars, dates, symbols or seed that it is applied to. */
const partsSchema = z.strictObject({
  /** What the models see, in the order of their columns. */
  features: z.strictObject({ probability: formulas, score: formulas, state: formulas, factors: formulas }),
  /** What they predict, and where a trade is entered. */
  label: logicChoicesSchema.shape.label.strict(),
  training: z.strictObject({
    /** SHA-256 over the modules of `activities/market` and `activities/model` that the trainer runs. */
    code: sha256Schema,
    ...logicChoicesSchema.shape.windows.shape,
    /** The constants of the models that no run chooses. */
    constants: z.record(z.string(), z.string()),
  }),
});
export type LogicParts = z.output<typeof partsSchema>;

/** configs/logic.json: the algorithm of a run and its digest; absent in bundles of earlier versions. */
export const logicSchema = z.strictObject({
  format: z.literal('gurukul-logic/1'),
  /** SHA-256 of the canonical JSON of `parts`. */
  digest: sha256Schema,
  parts: partsSchema,
});
export type Logic = z.output<typeof logicSchema>;
