import type { z } from 'zod';

import { GurukulError, errorMessage } from '../errors.js';
import type { FileRef } from '../schemas/file-ref.js';
import { sha256 } from './digests.js';
import type { Home } from './home.js';

/** Writes a file and returns a reference to it. */
export async function writeRef(
  home: Home,
  file: string,
  content: string | Uint8Array,
  rows: number,
): Promise<FileRef> {
  await home.store.put(home.relative(file), content);
  return refTo(home, file, content, rows);
}

/** The reference to a file with this content. @param digest SHA-256 of the content, if it is already known. */
export function refTo(
  home: Home,
  file: string,
  content: string | Uint8Array,
  rows: number,
  digest = sha256(content),
): FileRef {
  const bytes = typeof content === 'string' ? Buffer.byteLength(content) : content.byteLength;
  return { uri: home.relative(file), sha256: digest, bytes, rows };
}

/** A reference to a file as it is now, with 0 rows; undefined if it does not exist. */
export async function refIfExists(home: Home, file: string): Promise<FileRef | undefined> {
  const content = await home.store.get(home.relative(file));
  if (content === undefined) return undefined;
  return refTo(home, file, content, 0);
}

/**
 * Reads a referenced file and checks its digest.
 *
 * @throws GurukulError ChecksumMismatch when the file is missing or has changed.
 */
export async function readRef(home: Home, ref: FileRef): Promise<Buffer> {
  const content = await home.store.get(ref.uri, ref.sha256);
  if (content === undefined) throw new GurukulError('ChecksumMismatch', `${ref.uri} is missing`);
  if (sha256(content) !== ref.sha256)
    throw new GurukulError('ChecksumMismatch', `${ref.uri} has changed since it was written`);
  return content;
}

/**
 * Reads a referenced JSON file, checks its digest and parses it with its schema.
 *
 * @throws GurukulError ChecksumMismatch when the file is missing or has changed, BadSchema when its content does
 * not match the schema.
 */
export async function readJsonRef<Schema extends z.ZodType>(
  home: Home,
  ref: FileRef,
  schema: Schema,
): Promise<z.output<Schema>> {
  const content = await readRef(home, ref);
  try {
    return schema.parse(JSON.parse(content.toString('utf8')));
  } catch (error) {
    throw new GurukulError('BadSchema', `${ref.uri}: ${errorMessage(error)}`, { cause: error });
  }
}
