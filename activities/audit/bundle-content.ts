import type { z } from 'zod';

import { GurukulError, errorMessage } from '../../data/errors.js';
import type { BundleFiles } from './bundle-layout.js';

/** The content of a file of the bundle. @throws GurukulError BadSchema when it is missing. */
export function contentOf(files: BundleFiles, path: string): Uint8Array {
  const content = files.get(path);
  if (content === undefined) throw new GurukulError('BadSchema', `${path} is missing`);
  return content;
}

/** A reader that reads each content once: a verification needs the large files for many of its checks. */
export function once<Result>(read: (content: Uint8Array) => Result): (content: Uint8Array) => Result {
  const known = new WeakMap<Uint8Array, { readonly result: Result }>();
  return (content) => {
    const { result } = known.get(content) ?? { result: read(content) };
    known.set(content, { result });
    return result;
  };
}

/** Decodes a file of the bundle. @param decode Made with {@link once}. @throws GurukulError BadSchema naming it. */
export async function decodeFile<Rows>(
  files: BundleFiles,
  path: string,
  decode: (content: Uint8Array) => Promise<Rows>,
): Promise<Rows> {
  const content = contentOf(files, path);
  try {
    return await decode(content);
  } catch (error) {
    throw new GurukulError('BadSchema', `${path}: ${errorMessage(error)}`, { cause: error });
  }
}

/** JSON with its schema. @param path Names the file in messages. @throws GurukulError BadSchema */
export function parseJsonFile<Schema extends z.ZodType>(
  path: string,
  content: Uint8Array,
  schema: Schema,
): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(Buffer.from(content).toString('utf8')));
  } catch (error) {
    throw new GurukulError('BadSchema', `${path} is not valid: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}
