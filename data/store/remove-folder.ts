import { rename, rm } from 'node:fs/promises';
import path from 'node:path';

import { storeUnavailable, systemErrorCode } from '../errors.js';

/**
 * Removes a folder with all that is in it. It is renamed first, so that a removal that is cut off leaves no half of it; what
 * such a removal has left is removed, too.
 *
 * @throws GurukulError StoreUnavailable
 */
export async function removeWholeFolder(folder: string): Promise<void> {
  const leaving = path.join(path.dirname(folder), `.removed-${path.basename(folder)}`);
  try {
    await rm(leaving, { recursive: true, force: true });
    await rename(folder, leaving);
    await rm(leaving, { recursive: true, force: true });
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw storeUnavailable(`remove ${folder}`, error);
  }
}
