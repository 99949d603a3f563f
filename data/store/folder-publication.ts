import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';

import { storeUnavailable, systemErrorCode } from '../errors.js';
import { syncFolder, writeFileAtomic } from './files.js';
import { isOfDeadWriter, writerName } from './writer-names.js';

/** Folders of an attempt: what it puts in place, and what was there before. */
const NEW = 'new';
const BEFORE = 'before';

/**
 * Publishes files as a folder, whole or not at all: written and verified in a folder of the attempt's own,
 * `.staging/FOLDER/WRITER/new` beside its place, which is then renamed. What was there stays until then. Attempts at the same
 * time do not touch each other's files.
 *
 * A rename cannot replace a folder that is not empty, so what was there is moved aside first. Who is killed between these
 * two renames leaves no folder in place, and the next attempt puts the earlier one back before it begins.
 *
 * @param verify Called with the finished folder; throws to prevent its publication.
 * @throws GurukulError StoreUnavailable when it cannot be written.
 */
export async function publishFolder(
  target: string,
  files: ReadonlyMap<string, Uint8Array>,
  verify: (folder: string) => Promise<void>,
): Promise<void> {
  const staging = path.join(path.dirname(target), '.staging', path.basename(target));
  const onDisk = async <Result>(work: () => Promise<Result>): Promise<Result> =>
    work().catch((error: unknown) => {
      throw storeUnavailable(`write ${target}`, error);
    });
  const attempt = await onDisk(async () => {
    await settleAbandoned(staging, target);
    return openAttempt(staging);
  });
  try {
    const folder = path.join(attempt, NEW);
    await onDisk(() => mkdir(folder));
    for (const [name, content] of files) await writeFileAtomic(path.join(folder, name), content);
    const folders = new Set([...files.keys()].map((name) => path.dirname(path.join(folder, name))));
    await onDisk(async () => {
      for (const each of [...folders, folder]) await syncFolder(each);
    });
    await verify(folder);
    await onDisk(() => putInPlace(folder, target, path.join(attempt, BEFORE)));
  } finally {
    // Best effort: what cannot be removed now is removed next time.
    await rm(attempt, { recursive: true, force: true }).catch(() => undefined);
    await rmdir(staging).catch(() => undefined);
  }
}

/** Creates a folder that no other attempt uses. */
async function openAttempt(staging: string): Promise<string> {
  for (;;) {
    await mkdir(staging, { recursive: true });
    const attempt = path.join(staging, writerName());
    try {
      await mkdir(attempt);
      return attempt;
    } catch (error) {
      // ENOENT: an attempt that ended has removed the folder of all attempts.
      if (!['EEXIST', 'ENOENT'].includes(systemErrorCode(error) ?? '')) throw error;
    }
  }
}

async function putInPlace(folder: string, target: string, before: string): Promise<void> {
  for (;;) {
    const wasThere = await isMoved(target, before);
    try {
      await rename(folder, target);
      break;
    } catch (error) {
      if (wasThere) await isMoved(before, target).catch(() => false);
      if (!isTaken(error)) throw error;
      // Another attempt was faster by a moment: what it has put in place is replaced.
      await rm(before, { recursive: true, force: true });
    }
  }
  await syncFolder(path.dirname(target));
}

/** Removes what killed attempts have left, and puts back what one of them has moved aside. */
async function settleAbandoned(staging: string, target: string): Promise<void> {
  const names = await readdir(staging).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  });
  for (const name of names.filter(isOfDeadWriter)) {
    const attempt = path.join(staging, name);
    await isMoved(path.join(attempt, BEFORE), target).catch((error: unknown) => {
      if (!isTaken(error)) throw error;
    });
    await rm(attempt, { recursive: true, force: true });
  }
}

/** @returns False if there is no such folder. */
async function isMoved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Whether a folder with something in it was in a rename's way. */
function isTaken(error: unknown): boolean {
  return ['ENOTEMPTY', 'EEXIST'].includes(systemErrorCode(error) ?? '');
}
