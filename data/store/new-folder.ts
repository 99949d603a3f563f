import { lstat, mkdir, mkdtemp, readdir, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';

import { GurukulError, InvalidInputError, storeUnavailable, systemErrorCode } from '../errors.js';
import { writeFileAtomic } from './files.js';

/**
 * Creates a folder with these files, whole or not at all: written beside its place, then renamed. An empty folder is
 * replaced.
 *
 * @throws InvalidInputError when there is a file, or a folder with something in it.
 * @throws GurukulError StoreUnavailable when the disk refuses.
 */
export async function createFolder(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  await requireFreeFolder(folder);
  let staging: string | undefined;
  try {
    await mkdir(path.dirname(folder), { recursive: true });
    staging = await mkdtemp(path.join(path.dirname(folder), `.${path.basename(folder)}-`));
    // The folder inside has normal access rights, not those of a temporary folder.
    const content = path.join(staging, 'content');
    await mkdir(content);
    for (const [name, bytes] of files) await writeFileAtomic(path.join(content, name), bytes);
    await rmdir(folder).catch((error: unknown) => {
      if (systemErrorCode(error) !== 'ENOENT') throw error;
    });
    await rename(content, folder);
  } catch (error) {
    if (error instanceof GurukulError || error instanceof InvalidInputError) throw error;
    const code = systemErrorCode(error);
    throw code === 'ENOTEMPTY' || code === 'EEXIST'
      ? notEmpty(folder)
      : storeUnavailable(`write ${folder}`, error);
  } finally {
    if (staging !== undefined) await rm(staging, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** @throws InvalidInputError when there is a file, or a folder with something in it. */
async function requireFreeFolder(folder: string): Promise<void> {
  const there = await lstat(folder).catch(() => undefined);
  if (there === undefined) return;
  if (!there.isDirectory())
    throw new InvalidInputError([`cannot write the folder ${folder}: a file or link has this name`]);
  if ((await readdir(folder)).length > 0) throw notEmpty(folder);
}

function notEmpty(folder: string): InvalidInputError {
  return new InvalidInputError([`the folder ${folder} is not empty: nothing is replaced. Name another one`]);
}
