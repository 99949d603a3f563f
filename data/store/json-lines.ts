import type { z } from 'zod';

/**
 * The lines of a JSON-lines text that are what the schema says, in order. Others are left out: a line that
 * a crash has torn holds nothing, and what it should hold is done again.
 */
export function parseJsonLines<Schema extends z.ZodType>(text: string, schema: Schema): z.output<Schema>[] {
  return text.split('\n').flatMap((line) => {
    try {
      const parsed = schema.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return [];
    }
  });
}
