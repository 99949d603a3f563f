import type { z } from 'zod';

import { GurukulError, errorMessage } from '../errors.js';

/**
 * The value of a JSON file of which the bytes are at hand.
 *
 * @throws GurukulError ChecksumMismatch when they are not of the schema.
 */
export function parseJson<Schema extends z.ZodType>(
  file: string,
  content: Buffer,
  schema: Schema,
): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(content.toString('utf8')));
  } catch (error) {
    throw new GurukulError('ChecksumMismatch', `${file} is damaged: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}
