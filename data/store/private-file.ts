import { closeSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs';

import { InvalidInputError } from '../errors.js';
import { shellWord } from '../text/shell-word.js';

/** Mode bits of the group and of everyone else. */
const OTHERS = 0o077;

/**
 * Reads a file of secrets, which only its owner may read or write.
 *
 * @throws InvalidInputError when others may; the message has the command that fixes it.
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
 * Checks the mode of such a file before it is needed; a missing file passes.
 *
 * @throws InvalidInputError when others may read or write it.
 */
export function requirePrivateFile(file: string): void {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats !== undefined) requirePrivate(file, stats.mode);
}

function requirePrivate(file: string, mode: number): void {
  // Windows has no such mode bits.
  if (process.platform === 'win32' || (mode & OTHERS) === 0) return;
  throw new InvalidInputError([
    `${file} contains secrets, but other users of this machine can read or change it ` +
      `(mode ${(mode & 0o777).toString(8)}). Run: chmod 600 ${shellWord(file)}`,
  ]);
}
