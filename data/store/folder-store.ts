import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

import { InvalidInputError, storeUnavailable, systemErrorCode } from '../errors.js';
import { isRelativePath } from '../schemas/relative-path.js';
import { createFileAtomic, readIfExists, removeFile, writeFileAtomic } from './files.js';
import { isNextOfPointer, replacePointer } from './folder-pointer.js';
import { publishFolder } from './folder-publication.js';
import { refuseEscapingLinks } from './links.js';
import { PRIVATE_FILE } from './private-folder.js';
import { removeWholeFolder } from './remove-folder.js';
import type { Store } from './store.js';

/** What is for its owner alone: decisions, and their heads beside the keys. */
const PRIVATE = /^(champions|keys)\//;

/**
 * A folder as a store: each key is a file in it, so that a person and any tool can read what is there. Processes that share
 * the folder share the store.
 *
 * @param root Absolute path.
 */
export function folderStore(root: string): Store {
  const fileOf = (key: string): string => {
    if (!isRelativePath(key))
      throw new InvalidInputError([
        `${JSON.stringify(key.slice(0, 80))} is not a path inside the home folder ${root}`,
      ]);
    const file = path.join(root, key);
    refuseEscapingLinks(root, file);
    return file;
  };
  const modeOf = (key: string): number | undefined => (PRIVATE.test(key) ? PRIVATE_FILE : undefined);
  return {
    get: async (key) => readIfExists(fileOf(key)),
    head: async (key) => {
      const file = fileOf(key);
      try {
        const { size, mtimeMs } = await stat(file);
        return { bytes: size, writtenMs: mtimeMs };
      } catch (error) {
        if (systemErrorCode(error) === 'ENOENT') return undefined;
        throw storeUnavailable(`read ${file}`, error);
      }
    },
    list: async (folder) => namesIn(fileOf(folder)),
    putIfAbsent: async (key, content) => createFileAtomic(fileOf(key), content, modeOf(key)),
    put: async (key, content) => writeFileAtomic(fileOf(key), content, modeOf(key)),
    compareAndSet: async (key, expected, content) =>
      replacePointer(fileOf(key), expected, content, modeOf(key)),
    remove: async (key) => removeFile(fileOf(key)),
    removeFolder: async (folder) => removeWholeFolder(fileOf(folder)),
    publish: async (folder, files, verify) => publishFolder(fileOf(folder), files, verify),
    // eslint-disable-next-line @typescript-eslint/require-await -- a store of objects has to fetch
    localFolder: async (folder) => fileOf(folder),
  };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw storeUnavailable(`read ${folder}`, error);
  });
  return entries
    .filter(({ name }) => !isUnfinished(name))
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .sort();
}

/** What a writer has not finished: temporary files, staged folders, the next content of a pointer. */
function isUnfinished(name: string): boolean {
  return name.startsWith('.') || name.endsWith('.tmp') || isNextOfPointer(name);
}
