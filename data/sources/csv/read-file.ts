import path from 'node:path';

import { errorMessage, systemErrorCode } from '../../errors.js';
import type { ReadFile, ReadOptions } from '../../formats/engine/read-bar-file.js';
import { readBarFile } from '../../formats/engine/read-bar-file.js';
import { MAX_BYTES } from '../../formats/engine/unpack.js';
import type { FileState } from '../../store/file-state.js';
import { lookAtFile, stateOf } from '../../store/file-state.js';
import { readRegular, readRegularHead } from '../../store/read-regular.js';

/** Bytes at the start of a file that have its header and first rows. */
export const HEAD = 1 << 16;
/** Files of which the first bytes tell nothing. */
const COMPRESSED = /\.(?:gz|zip|parquet|pq|xlsx?|ods)$/i;

/** Whether a file can only be read as a whole, by its name. */
export function isCompressed(name: string): boolean {
  return COMPRESSED.test(name);
}

/** What a file holds, and the state in which it was read; absent where it cannot be read. */
export interface FolderFile extends ReadFile {
  readonly state?: FileState;
}

/** Reads a file of a folder of bars; one that cannot be read is a trouble. */
export async function readFolderFile(
  folder: string,
  name: string,
  options: ReadOptions,
): Promise<FolderFile> {
  try {
    const file = path.join(folder, name);
    const look = await lookAtFile(file);
    const bytes = await readRegular(file, MAX_BYTES);
    const read = await readBarFile(name, bytes, options);
    return look === undefined ? read : { ...read, state: stateOf(look, bytes) };
  } catch (error) {
    const message = `${name}: ${unreadable(error)}`;
    return { tables: [], troubles: [{ code: 'unreadable_file', message }] };
  }
}

/**
 * As much of a file as its first rows need.
 *
 * @throws Error for {@link unreadable}.
 */
export async function readFolderHead(folder: string, name: string): Promise<Uint8Array> {
  const file = path.join(folder, name);
  return isCompressed(name) ? readRegular(file, MAX_BYTES) : readRegularHead(file, HEAD, MAX_BYTES);
}

/** Why a file cannot be read. */
export function unreadable(error: unknown): string {
  return `cannot be read (${systemErrorCode(error) ?? errorMessage(error)})`;
}
