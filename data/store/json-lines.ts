import type { z } from 'zod';

/**
 * Parses the lines of a JSON-lines text that match the schema, in order. Other lines are skipped: a crash may
 * leave a partial line, and the work that it stood for is then done again.
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
