import { z } from 'zod';

import type { TrainerJob } from '../../activities/model/jobs.js';
import { ERROR_TYPES } from '../../data/errors.js';
import { fileRefSchema } from '../../data/schemas/file-ref.js';
import { LABELS } from '../../data/schemas/label-rule.js';
import { quarantinedWindowSchema } from '../../data/schemas/shard-troubles.js';
import { ENTRIES, INTERVALS, REUSES } from '../../data/schemas/run-choices.js';

/** Messages between the supervisor and its child, as JSON. */

const count = z.number().int().nonnegative();

const jobBase = {
  config: z.strictObject({
    runId: z.string(),
    from: z.string(),
    to: z.string(),
    interval: z.enum(INTERVALS),
    windowDays: z.number(),
    label: z.enum(LABELS),
    horizon: z.number(),
    threshold: z.number(),
    lowerBarrier: z.number().optional(),
    entry: z.enum(ENTRIES),
    seed: z.number(),
  }),
  cohort: z.strictObject({ id: z.string(), start: z.string(), end: z.string() }),
  ingest: fileRefSchema,
  reuse: z.enum(REUSES).exactOptional(),
};
const arm = z.enum(['real', 'placebo']);
const cohortUnits = z.strictObject({ prior: fileRefSchema, shards: z.array(fileRefSchema) });

export const trainerJobSchema: z.ZodType<TrainerJob> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('prior'), arm, ...jobBase }),
  z.strictObject({
    kind: z.literal('shard'),
    arm,
    shard: count,
    symbols: z.array(z.string()),
    prior: fileRefSchema,
    windowsAtOnce: z.number().int().positive().exactOptional(),
    quarantined: z.array(quarantinedWindowSchema).readonly().exactOptional(),
    ...jobBase,
  }),
  z.strictObject({
    kind: z.literal('student'),
    arm,
    own: cohortUnits,
    earlier: cohortUnits.exactOptional(),
    ...jobBase,
  }),
  z.strictObject({
    kind: z.literal('reproduction'),
    own: cohortUnits,
    shards: z.array(
      z.strictObject({
        shard: count,
        symbols: z.array(z.string()),
        manifest: fileRefSchema,
        windowsAtOnce: z.number().int().positive().exactOptional(),
      }),
    ),
    student: fileRefSchema,
    earlier: cohortUnits.exactOptional(),
    ...jobBase,
  }),
  z.strictObject({ kind: z.literal('stress'), student: fileRefSchema, ...jobBase }),
]);

/** How a child is started: its only argument, as JSON. */
export const childOptionsSchema = z.strictObject({
  home: z.string(),
  /** Work between two checkpoints, at least, in milliseconds. */
  checkpointEveryMs: z.number().nonnegative(),
  backend: z.enum(['best', 'wasm']),
});
export type ChildOptions = z.output<typeof childOptionsSchema>;

export const toChildSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('run'), id: count, job: trainerJobSchema }),
  /** Checkpoint and stop the job; the child stays. */
  z.strictObject({ type: z.literal('cancel'), id: count }),
  /** Checkpoint and exit. */
  z.strictObject({ type: z.literal('close') }),
]);
export type ToChild = z.output<typeof toChildSchema>;

export const backendInfoSchema = z.strictObject({
  name: z.enum(['tensorflow', 'wasm']),
  version: z.string(),
  device: z.enum(['cpu', 'gpu']),
  gpu: z.string().nullable(),
  instructionSet: z.string(),
  id: z.string(),
  fallbackReason: z.string().nullable(),
});

export const progressSchema = z.strictObject({
  phase: z.enum(['features', 'choose', 'fit', 'predict', 'write']),
  step: count,
  steps: count,
  loss: z.number().exactOptional(),
  symbols: z.array(z.string()).readonly().exactOptional(),
});

export const resultSchema = z.strictObject({
  manifest: fileRefSchema,
  succeeded: count,
  failedBy: z.partialRecord(z.enum(ERROR_TYPES), count),
  reused: z.boolean(),
  from: z.string().exactOptional(),
});

/** Figures of a trainer process, for whoever watches the machine. */
export const trainerFiguresSchema = z.strictObject({
  residentBytes: count,
  heapBytes: count,
  /** Longest that its event loop was held up since the last message, in seconds. */
  loopDelay: z.number().nonnegative(),
  /** Seconds of the job in hand since its last checkpoint, or since its start; null: it has none. */
  checkpointAge: z.number().nonnegative().nullable(),
});
export type TrainerFigures = z.output<typeof trainerFiguresSchema>;

export const fromChildSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready'), backend: backendInfoSchema }),
  z.strictObject({ type: z.literal('figures'), figures: trainerFiguresSchema }),
  z.strictObject({ type: z.literal('progress'), id: count, progress: progressSchema }),
  z.strictObject({ type: z.literal('done'), id: count, result: resultSchema }),
  z.strictObject({
    type: z.literal('failed'),
    id: count,
    error: z.strictObject({ type: z.enum(ERROR_TYPES), message: z.string() }),
  }),
]);
export type FromChild = z.output<typeof fromChildSchema>;
