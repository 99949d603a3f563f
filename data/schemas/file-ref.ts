import { z } from 'zod';

import { isRelativePath } from './relative-path.js';

/** A digest in hex. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex');

/** A file of the run's home (`var/`), as it crosses a workflow boundary: never its content. */
export const fileRefSchema = z.strictObject({
  /** Path relative to the home, with forward slashes. */
  uri: z.string().refine(isRelativePath, { error: 'must be a path inside the home' }),
  sha256: sha256Schema,
  bytes: z.number().int().nonnegative(),
  /** Rows or lines, where the file has such. */
  rows: z.number().int().nonnegative(),
});

export type FileRef = z.output<typeof fileRefSchema>;
