import { z } from 'zod';

const count = z.number().int().nonnegative();

/** A window that is excluded from training because it crashed the trainer repeatedly. */
export const quarantinedWindowSchema = z.strictObject({
  symbol: z.string(),
  /** Why the trainer ended. */
  error: z.enum(['TrainerCrashed', 'OutOfMemory']),
  /** How often the trainer ended while it trained this window alone. */
  strikes: z.number().int().positive(),
});
export type QuarantinedWindow = z.output<typeof quarantinedWindowSchema>;

/** The trainer crashes of a shard so far, for both arms: `models/RUN/troubles/COHORT/shard-NNN.json`. */
export const shardTroublesSchema = z.strictObject({
  /** Digest of inputs and code: crashes with other inputs or other code do not count. */
  key: z.string(),
  /** Maximum number of windows trained at once; null: as many as fit into memory. */
  windowsAtOnce: z.number().int().positive().nullable(),
  /** Number of crashes while several windows were trained. */
  crashes: count,
  /** Number of times the trainer ended while one window was trained, by symbol. */
  strikes: z.record(z.string(), count),
  quarantined: z.array(quarantinedWindowSchema),
  /** The trainer's last output, for a person. */
  lastWords: z.string(),
});
export type ShardTroubles = z.output<typeof shardTroublesSchema>;
