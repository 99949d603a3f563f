import { z } from 'zod';

/** A schedule's name is the beginning of its runs' ids, which get the date and time after it. */
export const SCHEDULE_NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/;

/** What a schedule asks for at its time. */
export const dueRequestSchema = z.strictObject({
  /** The schedule's name. */
  schedule: z.string().regex(SCHEDULE_NAME_PATTERN, 'must be letters, digits, dots, dashes or underscores'),
  /** The time it was due, ISO: in a backfill long past. */
  at: z.iso.datetime(),
});
