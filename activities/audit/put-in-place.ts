import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';

import { GurukulError, storeUnavailable, systemErrorCode } from '../../data/errors.js';
import { writeFileAtomic } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';

/**
 * Writes a run's bundle folder atomically: in a staging folder, where it is checked, then renamed into place. The
 * bundle of an earlier attempt stays until the rename.
 *
 * @param check Called with the finished folder before the rename; throws to prevent it.
 * @returns The absolute path of the folder.
 * @throws GurukulError StoreUnavailable when it cannot be written.
 */
export async function putInPlace(
  home: Home,
  run: string,
  files: ReadonlyMap<string, Uint8Array>,
  check: (folder: string) => Promise<void>,
): Promise<string> {
  const staging = home.bundleStaging(run);
  const target = home.bundle(run);
  try {
    await rm(staging, { recursive: true, force: true });
    await mkdir(staging, { recursive: true });
    // One folder per attempt; the bundle inside has normal access rights, not those of a temporary folder.
    const folder = path.join(await mkdtemp(path.join(staging, 'new-')), 'bundle');
    await mkdir(folder);
    for (const [name, content] of files) await writeFileAtomic(path.join(folder, name), content);
    await check(folder);
    await rename(target, path.join(staging, 'old')).catch((error: unknown) => {
      if (systemErrorCode(error) !== 'ENOENT') throw error;
    });
    await rename(folder, target);
    return target;
  } catch (error) {
    if (error instanceof GurukulError) throw error;
    throw storeUnavailable(`write ${target}`, error);
  } finally {
    // Best effort: what cannot be removed now is removed next time.
    await rm(staging, { recursive: true, force: true }).catch(() => undefined);
  }
}
