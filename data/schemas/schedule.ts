import { z } from 'zod';

/** Names of schedules. The id of a scheduled run is this name followed by date and time. */
export const SCHEDULE_NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/;

/** The request that a schedule makes when it is due. */
export const dueRequestSchema = z.strictObject({
  /** The schedule's name. */
  schedule: z.string().regex(SCHEDULE_NAME_PATTERN, 'must be letters, digits, dots, dashes or underscores'),
  /** The time at which it was due, ISO; in a backfill this is long past. */
  at: z.iso.datetime(),
});
