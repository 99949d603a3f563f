import { lstat, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';

import type { z } from 'zod';

import { InvalidInputError, storeUnavailable, systemErrorCode } from '../errors.js';
import { readFault, writeFault } from './injected-faults.js';
import { parseJson } from './parse-json.js';
import { createFile, replaceFile } from './replace-file.js';

/**
 * Writes a file whole or not at all (temporary name, fsync, rename) and creates its folder.
 *
 * @param mode Mode bits of the file; absent: the umask's.
 * @throws InvalidInputError when the path is a symbolic link: writing would follow it.
 * @throws GurukulError StoreUnavailable when the disk refuses.
 */
export async function writeFileAtomic(
  file: string,
  content: string | Uint8Array,
  mode?: number,
): Promise<void> {
  await written(file, content, (bytes) => replaceFile(file, bytes, mode));
}

/**
 * Creates a file, whole or not at all, unless a file of that name exists: of two callers at once, one succeeds.
 *
 * @param mode Mode bits of the file; absent: the umask's.
 * @returns Whether this call created it.
 * @throws InvalidInputError when the path is a symbolic link.
 * @throws GurukulError StoreUnavailable when the disk refuses.
 */
export async function createFileAtomic(
  file: string,
  content: string | Uint8Array,
  mode?: number,
): Promise<boolean> {
  return written(file, content, async (bytes) => {
    const isNew = await createFile(file, bytes, mode);
    if (isNew) await syncFolder(path.dirname(file));
    return isNew;
  });
}

/** Gives the bytes to write to `write`, once the file's folder is there. */
async function written<Result>(
  file: string,
  content: string | Uint8Array,
  write: (bytes: Uint8Array) => Promise<Result>,
): Promise<Result> {
  const there = await lstat(file).catch(() => undefined);
  if (there?.isSymbolicLink() === true)
    throw new InvalidInputError([`cannot write ${file}: it is a symbolic link. Remove the link`]);
  const bytes =
    typeof content === 'string'
      ? Buffer.from(content)
      : Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  try {
    await mkdir(path.dirname(file), { recursive: true });
    return await write(writeFault(file, bytes));
  } catch (error) {
    throw storeUnavailable(`write ${file}`, error);
  }
}

/** Makes the names in a folder durable: what is written next may refer to them. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders.
  if (process.platform === 'win32') return;
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes indented JSON, whole or not at all. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  await writeFileAtomic(file, `${JSON.stringify(value, null, 2)}\n`);
}

/** Removes a file, if it exists. @throws GurukulError StoreUnavailable */
export async function removeFile(file: string): Promise<void> {
  try {
    await rm(file, { force: true });
  } catch (error) {
    throw storeUnavailable(`remove ${file}`, error);
  }
}

/** Reads a file; undefined if it does not exist. @throws GurukulError StoreUnavailable */
export async function readIfExists(file: string): Promise<Buffer | undefined> {
  try {
    readFault(file);
    return await readFile(file);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw storeUnavailable(`read ${file}`, error);
  }
}

/** Size of a file in bytes, without reading it; undefined if it does not exist. @throws GurukulError StoreUnavailable */
export async function sizeIfExists(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw storeUnavailable(`read ${file}`, error);
  }
}

/**
 * Reads the bytes `[from, until)` of a growing file, up to its end if `until` is absent. Empty if the file is
 * shorter than `from` or does not exist.
 *
 * @throws GurukulError StoreUnavailable
 */
export async function readSlice(file: string, from: number, until?: number): Promise<Buffer> {
  try {
    readFault(file);
    const handle = await open(file);
    try {
      const end = Math.min(until ?? Infinity, (await handle.stat()).size);
      const slice = Buffer.alloc(Math.max(0, end - from));
      const { bytesRead } = await handle.read(slice, 0, slice.length, from);
      return slice.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw storeUnavailable(`read ${file}`, error);
  }
}

/** Size of a file in bytes; 0 if it does not exist. @throws GurukulError StoreUnavailable */
export async function fileSize(file: string): Promise<number> {
  return (await sizeIfExists(file)) ?? 0;
}

/**
 * Reads a JSON file that this program wrote and parses it with its schema; undefined if it does not exist.
 *
 * @throws GurukulError ChecksumMismatch when the content does not match the schema.
 */
export async function readJson<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  const content = await readIfExists(file);
  return content === undefined ? undefined : parseJson(file, content, schema);
}
