import { z } from 'zod';

const count = z.number().int().nonnegative();

/** A window that is kept out of training since it ended the trainer again and again. */
export const quarantinedWindowSchema = z.strictObject({
  symbol: z.string(),
  /** What the trainer died of. */
  error: z.enum(['TrainerCrashed', 'OutOfMemory']),
  /** How often it did with this window alone in hand. */
  strikes: z.number().int().positive(),
});
export type QuarantinedWindow = z.output<typeof quarantinedWindowSchema>;

/** How a shard has ended its trainer so far: `models/RUN/troubles/COHORT/shard-NNN.json`, for both arms. */
export const shardTroublesSchema = z.strictObject({
  /** Digest of what was trained: troubles with other inputs or other code do not count. */
  key: z.string(),
  /** Windows taught at once, at most; null: as many as the memory holds. */
  windowsAtOnce: z.number().int().positive().nullable(),
  /** Crashes with several windows in hand. */
  crashes: count,
  /** Ends of the trainer with one window in hand, by symbol. */
  strikes: z.record(z.string(), count),
  quarantined: z.array(quarantinedWindowSchema),
  /** What the trainer said last, for a person. */
  lastWords: z.string(),
});
export type ShardTroubles = z.output<typeof shardTroublesSchema>;
