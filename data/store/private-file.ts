import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';

import { InvalidInputError } from '../errors.js';

/** Access of the group and of everyone else. */
const OTHERS = 0o077;

/**
 * Reads a file of secrets, which nobody but its owner may read or write.
 *
 * @throws InvalidInputError when others may, with the command that mends it.
 * @throws Error of Node.js when it cannot be read.
 */
export function readPrivateFile(file: string): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const mode = fstatSync(descriptor).mode & 0o777;
    // Windows has no such modes.
    if (process.platform !== 'win32' && (mode & OTHERS) !== 0)
      throw new InvalidInputError([
        `${file} holds secrets, and others on this machine may use it (mode ${mode.toString(8)}): ` +
          `chmod 600 ${file}`,
      ]);
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
