import { chmodSync, lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { errorMessage, storeUnavailable, systemErrorCode } from '../errors.js';
import type { Home } from './home.js';

const ANYONE_ELSE = 0o077;
const OTHERS_WRITE = 0o022;

/** A file, or a folder of such files, that is for its owner alone and that other users of the machine can open. */
export interface OpenFile {
  readonly file: string;
  /** Its mode bits. */
  readonly mode: number;
  /** Whether it belongs to this user, who can change its mode. */
  readonly own: boolean;
  /** The folder that holds nothing but such files. */
  readonly folder: string;
}

/**
 * What of a home's decisions, their heads and the server's database other users can open. The program creates these
 * for their owner alone; versions before did not, and a copy may have lost its modes. A folder that others can write
 * to is left out: it is refused (see open-folders.ts), since files in it may have been exchanged.
 *
 * @throws GurukulError StoreUnavailable when a folder cannot be read.
 */
export function openFiles(home: Home): OpenFile[] {
  // Windows has no such mode bits.
  if (process.platform === 'win32') return [];
  return [
    ...openIn(home.champions(), /^\d{6}\.json$/),
    ...openIn(home.decisionsHeads(), /^\d{6}\.json$/),
    // Also its journals, and what was moved aside.
    ...openIn(home.temporal(), /^temporal\.db/),
  ];
}

/**
 * Takes the access to these files from all but their owner. Files of another user, with whom the home is shared, are
 * left as they are.
 *
 * @returns What could not be changed, as texts for a person.
 * @throws GurukulError StoreUnavailable when a folder cannot be read.
 */
export function closeOpenFiles(home: Home): string[] {
  return openFiles(home)
    .filter(({ own }) => own)
    .flatMap(({ file, mode }) => {
      try {
        chmodSync(file, mode & 0o700);
        return [];
      } catch (error) {
        return [`other users can open ${file}: ${errorMessage(error)}`];
      }
    });
}

function openIn(folder: string, name: RegExp): OpenFile[] {
  try {
    const files = readdirSync(folder).filter((one) => name.test(one));
    return [folder, ...files.map((one) => path.join(folder, one))].flatMap((file) => {
      const stats = lstatSync(file, { throwIfNoEntry: false });
      if (stats === undefined || (!stats.isFile() && !stats.isDirectory())) return [];
      const mode = stats.mode & 0o777;
      if ((mode & ANYONE_ELSE) === 0 || (file === folder && (mode & OTHERS_WRITE) !== 0)) return [];
      return [{ file, mode, own: stats.uid === process.getuid?.(), folder }];
    });
  } catch (error) {
    // EACCES: it is closed to this user, too.
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(systemErrorCode(error) ?? '')) return [];
    throw storeUnavailable(`look at ${folder}`, error);
  }
}
