import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

import { errorMessage, systemErrorCode } from '../../data/errors.js';
import { Home } from '../../data/store/home.js';
import { openFolders } from '../../data/store/open-folders.js';

/**
 * What keeps files from being written under a folder that need not be there yet, or lets other users replace
 * them. Nothing is written to find out.
 */
export function homeProblems(home: string): string[] {
  const remedy = 'make it writable, or set GURUKUL_HOME to another folder';
  try {
    const nearest = nearestExisting(home);
    if (!statSync(nearest).isDirectory()) return [`cannot write to ${home}: ${nearest} is a file; ${remedy}`];
    accessSync(nearest, constants.W_OK | constants.X_OK);
    return nearest === home ? openFolders(new Home(home)) : [];
  } catch (error) {
    return [`cannot write to ${home} (${systemErrorCode(error) ?? errorMessage(error)}); ${remedy}`];
  }
}

function nearestExisting(folder: string): string {
  try {
    statSync(folder);
    return folder;
  } catch (error) {
    const parent = path.dirname(folder);
    if (parent === folder || !['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) throw error;
    return nearestExisting(parent);
  }
}
