import { chmod, mkdir, stat } from 'node:fs/promises';

import { storeUnavailable } from '../errors.js';

/** Mode of a file, and of a folder, that is for its owner alone. */
export const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/**
 * Makes a folder that only its owner may enter; of one that exists, other users lose their access. That of another
 * user, with whom the home is shared, is left as it is.
 *
 * @throws GurukulError StoreUnavailable when the disk refuses.
 */
export async function makePrivateFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
    const { uid, mode } = await stat(folder);
    if (uid === process.getuid?.() && (mode & 0o077) !== 0) await chmod(folder, PRIVATE_FOLDER);
  } catch (error) {
    throw storeUnavailable(`make the private folder ${folder}`, error);
  }
}
