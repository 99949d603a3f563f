import type { z } from 'zod';

import { InvalidInputError } from '../errors.js';

/**
 * Parses input from outside and reports all its problems at once.
 *
 * @param name Converts a field's path to the name that the user knows (`--window-days` for `windowDays`).
 * @throws InvalidInputError with one problem per line.
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
      return path === '' ? issue.message : `${name(path)}: ${messageOf(issue)}`;
    }),
  );
}

/** The message of an issue; where zod has none for users, one in plain words. */
function messageOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_small':
      if (issue.origin !== 'number') return issue.message;
      return `must be ${issue.inclusive === false ? 'above' : 'at least'} ${issue.minimum}`;
    case 'too_big':
      if (issue.origin !== 'number') return issue.message;
      return `must be ${issue.inclusive === false ? 'below' : 'at most'} ${issue.maximum}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_type':
      return issue.expected === 'int' ? 'must be a whole number' : `must be of type ${issue.expected}`;
    default:
      return issue.message;
  }
}
