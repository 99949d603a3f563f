import { z } from 'zod';

import { ERROR_TYPES } from '../../data/errors.js';

/** What a scoring thread is given. */
export const threadOptionsSchema = z.strictObject({ home: z.string(), packageRoot: z.string() });
export type ThreadOptions = z.output<typeof threadOptionsSchema>;

const count = z.number().int().nonnegative();

/** What it says. */
export const fromThreadSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('step'), step: z.string() }),
  z.strictObject({
    type: z.literal('done'),
    result: z
      .strictObject({
        run: z.string(),
        date: z.string(),
        log: z.string(),
        scored: count,
        rows: count,
        sessions: count,
      })
      .nullable(),
  }),
  z.strictObject({
    type: z.literal('failed'),
    error: z.strictObject({ type: z.enum(ERROR_TYPES), message: z.string() }),
  }),
]);
export type FromThread = z.output<typeof fromThreadSchema>;
