import { createHash } from 'node:crypto';
import { appendFileSync, closeSync, fdatasyncSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs';
import { link, lstat, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';

import canonicalize from 'canonicalize';
import type { z } from 'zod';

import {
  GurukulError,
  InvalidInputError,
  errorMessage,
  storeUnavailable,
  systemErrorCode,
} from '../errors.js';
import type { FileRef } from '../schemas/file-ref.js';
import type { Home } from './home.js';
import { replaceFile } from './replace-file.js';
import { appendFault, readFault, writeFault } from './store-faults.js';

/** Hex SHA-256. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * The canonical JSON of a value, as RFC 8785 defines it: keys sorted as text by UTF-16 code units, no spaces, numbers
 * in their shortest form. Equal values give equal bytes, so anyone can recompute their digests with an implementation
 * of the RFC. As in `JSON.stringify`, undefined properties are left out, undefined elements of a list become null,
 * and half of a surrogate pair is written as an escape. (The RFC refuses the last. Here an error message of a
 * provider that was cut inside a pair must not stop a run.)
 *
 * @throws Error when the value contains NaN, Infinity or a cycle.
 * @throws TypeError when the value itself is undefined.
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('undefined has no JSON');
  return text;
}

/**
 * Writes a file whole or not at all (temporary name, fsync, rename) and creates its folder.
 *
 * @throws InvalidInputError when the path is a symbolic link: writing would follow it.
 * @throws GurukulError StoreUnavailable when the disk refuses.
 */
export async function writeFileSafely(file: string, content: string | Uint8Array): Promise<void> {
  const there = await lstat(file).catch(() => undefined);
  if (there?.isSymbolicLink() === true)
    throw new InvalidInputError([`cannot write ${file}: it is a symbolic link. Remove the link`]);
  const bytes =
    typeof content === 'string'
      ? Buffer.from(content)
      : Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await replaceFile(file, writeFault(file, bytes));
  } catch (error) {
    throw storeUnavailable(`write ${file}`, error);
  }
}

/**
 * Creates a file, whole or not at all, unless a file of that name exists: of two callers at once, one succeeds.
 *
 * @returns Whether this call created it.
 * @throws GurukulError StoreUnavailable when the disk refuses.
 */
export async function writeFileOnce(file: string, content: string): Promise<boolean> {
  const partial = `${file}.${sha256(content).slice(0, 16)}.${process.pid}.tmp`;
  await writeFileSafely(partial, content);
  try {
    // A hard link fails if the name is taken; a rename would replace the other file.
    await link(partial, file);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw storeUnavailable(`write ${file}`, error);
  } finally {
    await rm(partial, { force: true });
  }
}

/** Writes indented JSON, whole or not at all. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  await writeFileSafely(file, `${JSON.stringify(value, null, 2)}\n`);
}

/** Reads a file; undefined if it does not exist. @throws GurukulError StoreUnavailable */
export async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    readFault(file);
    return await readFile(file);
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
export async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return 0;
    throw storeUnavailable(`read ${file}`, error);
  }
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
  const content = await readIfThere(file);
  if (content === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(content.toString('utf8')));
  } catch (error) {
    throw new GurukulError('ChecksumMismatch', `${file} is damaged: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}

/** Writes a file and returns a reference to it. */
export async function writeRef(
  home: Home,
  file: string,
  content: string | Uint8Array,
  rows: number,
): Promise<FileRef> {
  await writeFileSafely(home.confined(file), content);
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
export async function refIfThere(home: Home, file: string): Promise<FileRef | undefined> {
  const content = await readIfThere(home.confined(file));
  if (content === undefined) return undefined;
  return refTo(home, file, content, 0);
}

/**
 * Reads a referenced file and checks its digest.
 *
 * @throws GurukulError ChecksumMismatch when the file is missing or has changed.
 */
export async function readRef(home: Home, ref: FileRef): Promise<Buffer> {
  const content = await readIfThere(home.absolute(ref.uri));
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

/**
 * Appends one line to a JSON-lines file and syncs it to disk before it returns. It is one write call with
 * O_APPEND, so lines of several processes do not mix. If a crash has left a partial line, a newline ends it first.
 *
 * @throws GurukulError StoreUnavailable when the disk refuses.
 */
export function appendJsonLine(file: string, value: unknown): void {
  appendJsonLines(file, [value]);
}

/** Appends several lines like {@link appendJsonLine}, with one write. */
export function appendJsonLines(file: string, values: readonly unknown[]): void {
  if (values.length === 0) return;
  try {
    appendFault(file);
    mkdirSync(path.dirname(file), { recursive: true });
    appendText(file, values.map((value) => `${JSON.stringify(value)}\n`).join(''));
  } catch (error) {
    throw storeUnavailable(`write ${file}`, error);
  }
}

function appendText(file: string, lines: string): void {
  const descriptor = openSync(file, 'a+');
  try {
    const { size } = fstatSync(descriptor);
    const last = Buffer.alloc(1);
    const torn = size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a;
    appendFileSync(descriptor, `${torn ? '\n' : ''}${lines}`);
    fdatasyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
