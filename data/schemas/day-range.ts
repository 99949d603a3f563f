import { z } from 'zod';

/** Calendar days as ISO dates, half-open `[from, to)`. */
export const dayRangeSchema = z.strictObject({ from: z.string(), to: z.string() });
export type DayRange = z.output<typeof dayRangeSchema>;
