import { z } from 'zod';

import { isRelativePath } from './relative-path.js';

/** A digest in hex. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex');

/** A reference to a file in the home folder. Workflows and activities exchange these, never file contents. */
export const fileRefSchema = z.strictObject({
  /** Path relative to the home folder, with forward slashes. */
  uri: z.string().refine(isRelativePath, { error: 'must be a path inside the home folder' }),
  sha256: sha256Schema,
  bytes: z.number().int().nonnegative(),
  /** Number of rows or lines, for a file that has them. */
  rows: z.number().int().nonnegative(),
});

export type FileRef = z.output<typeof fileRefSchema>;
