import { readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { storeUnavailable, systemErrorCode } from '../errors.js';
import { sha256 } from '../store/digests.js';
import { createFileAtomic, readIfExists, removeFile, syncFolder } from '../store/files.js';
import type { Home } from '../store/home.js';
import { PRIVATE_FILE } from '../store/private-folder.js';
import type { ReleaseStore } from './release-store.js';

/** The home's folder as a store: each key is a file for its owner alone. */
export function folderStore(home: Home): ReleaseStore {
  const fileOf = (key: string): string => home.absolute(key);
  const textOf = async (file: string): Promise<string | undefined> =>
    (await readIfExists(file))?.toString('utf8');
  return {
    get: async (key) => readIfExists(fileOf(key)),
    putIfAbsent: async (key, content) => createFileAtomic(fileOf(key), content, PRIVATE_FILE),
    list: async (folder) => namesIn(fileOf(folder)),
    removeReplaced: async (key) => removeFile(fileOf(key)),
    /*
     * The new content is written first, under a name made of the old one, which one writer alone can create: nobody
     * else can go on from that content. A rename then puts it in place. Where its writer was killed in between, a
     * later one does that.
     */
    compareAndSet: async (key, expected, content) => {
      const file = fileOf(key);
      if ((await textOf(file)) !== expected) return false;
      const next = `${file}.after-${expected === undefined ? 'none' : sha256(expected).slice(0, 16)}`;
      const isOwn = await createFileAtomic(next, content, PRIVATE_FILE);
      // Others may have gone on from here before this file was created.
      const isStill = (await textOf(file)) === expected;
      if (isOwn) return isStill ? moveInto(file, next) : !(await isRemoved(next));
      if (isStill && (await isAbandoned(next))) await moveInto(file, next);
      else await sleep(RETRY_MS);
      return false;
    },
  };
}

/** A writer that lives is done within milliseconds. */
const ABANDONED_MS = 10_000;
/** Before who lost looks again. */
const RETRY_MS = 10;

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

async function namesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw storeUnavailable(`read ${folder}`, error);
  });
  return names.sort();
}
