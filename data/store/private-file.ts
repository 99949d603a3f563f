import { closeSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs';

import { InvalidInputError } from '../errors.js';
import { shellWord } from '../shell-word.js';

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
    requirePrivate(file, fstatSync(descriptor).mode);
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Looks at such a file before it is needed. One that is not there is none.
 *
 * @throws InvalidInputError when others may read or write it.
 */
export function requirePrivateFile(file: string): void {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats !== undefined) requirePrivate(file, stats.mode);
}

function requirePrivate(file: string, mode: number): void {
  // Windows has no such modes.
  if (process.platform === 'win32' || (mode & OTHERS) === 0) return;
  throw new InvalidInputError([
    `${file} holds secrets, and others on this machine may use it ` +
      `(mode ${(mode & 0o777).toString(8)}): chmod 600 ${shellWord(file)}`,
  ]);
}
