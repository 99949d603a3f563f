import type { z } from 'zod';

import { InvalidInputError } from '../errors.js';

/**
 * Parses outside input, or names everything wrong with it at once.
 *
 * @param name How a field is called where the input comes from (`--window-days` for `windowDays`).
 * @throws InvalidInputError with one problem a line.
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  name: (path: string) => string = (path) => path,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InvalidInputError(
    parsed.error.issues.map((issue) => {
      const path = issue.path.map(String).join('.');
      return path === '' ? issue.message : `${name(path)}: ${issue.message}`;
    }),
  );
}
