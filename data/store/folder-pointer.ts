import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { storeUnavailable, systemErrorCode } from '../errors.js';
import { createFileAtomic, readIfExists, syncFolder } from './files.js';
import { sha256 } from './sha256.js';

/** A writer that lives is done within milliseconds. */
const ABANDONED_MS = 10_000;
/** Before who lost looks again. */
const RETRY_MS = 10;

/**
 * Replaces a file whose content is the expected one.
 *
 * The new content is written first, under a name made of the old one, which one writer alone can create: nobody else can
 * go on from that content. A rename then puts it in place. Where its writer was killed in between, a later one does that.
 *
 * @param expected Undefined: there must be no such file.
 * @param mode Mode bits of the file; absent: the umask's.
 * @returns False if it was another; of several writers with one expectation at most one is told true.
 */
export async function replacePointer(
  file: string,
  expected: string | undefined,
  content: string,
  mode?: number,
): Promise<boolean> {
  if ((await textOf(file)) !== expected) return false;
  const next = `${file}.after-${expected === undefined ? 'none' : sha256(expected).slice(0, 16)}`;
  const isOwn = await createFileAtomic(next, content, mode);
  // Others may have gone on from here before this file was created.
  const isStill = (await textOf(file)) === expected;
  if (isOwn) return isStill ? moveInto(file, next) : !(await isRemoved(next));
  if (isStill && (await isAbandoned(next))) await moveInto(file, next);
  else await sleep(RETRY_MS);
  return false;
}

/** Whether a file's name is that of the next content of another. */
export function isNextOfPointer(name: string): boolean {
  return /\.after-(none|[0-9a-f]{16})$/.test(name);
}

async function textOf(file: string): Promise<string | undefined> {
  return (await readIfExists(file))?.toString('utf8');
}

/** True: it is in place now; a later writer may have put it there. */
async function moveInto(file: string, next: string): Promise<true> {
  try {
    await rename(next, file);
    await syncFolder(path.dirname(file));
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw storeUnavailable(`write ${file}`, error);
  }
  return true;
}

/** Removes a content that came too late. @returns False if somebody has put it in place. */
async function isRemoved(next: string): Promise<boolean> {
  try {
    await rm(next);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw storeUnavailable(`remove ${next}`, error);
  }
}

async function isAbandoned(next: string): Promise<boolean> {
  const found = await stat(next).catch(() => undefined);
  // eslint-disable-next-line no-restricted-properties -- no result depends on it
  return found !== undefined && Date.now() - found.mtimeMs > ABANDONED_MS;
}
