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
      return path === '' ? issue.message : `${name(path)}: ${wording(issue)}`;
    }),
  );
}

/** What is wrong in the words of a user, where the schema says it in those of its library. */
function wording(issue: z.core.$ZodIssue): string {
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
