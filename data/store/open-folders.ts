import { statSync } from 'node:fs';

import { InvalidInputError, storeUnavailable, systemErrorCode } from '../errors.js';
import { shellWord } from '../text/shell-word.js';
import type { Home } from './home.js';

const ANYONE = 0o002;
const GROUP_OR_ANYONE = 0o022;

/**
 * Folders of a home in which other users of the machine can add, replace and remove files: the home and its
 * decisions, if everyone can; its keys, if the group can. A group may share a home. Missing folders pass.
 *
 * @returns Problems for a person, each with the command that fixes it; empty when there are none.
 */
export function openFolders(home: Home): string[] {
  // Windows has no such mode bits.
  if (process.platform === 'win32') return [];
  return [
    ...openFolder(home.root, ANYONE, 'chmod o-w'),
    ...openFolder(home.keys(), GROUP_OR_ANYONE, 'chmod 700'),
    ...openFolder(home.champions(), ANYONE, 'chmod 700'),
  ];
}

/** @throws InvalidInputError when other users can replace files of a home. */
export function requireClosedFolders(home: Home): void {
  const problems = openFolders(home);
  if (problems.length > 0) throw new InvalidInputError(problems);
}

function openFolder(folder: string, bits: number, command: string): string[] {
  const mode = modeOf(folder);
  if ((mode & bits) === 0) return [];
  return [
    `other users of this machine can replace files in ${folder} (mode ${(mode & 0o777).toString(8)}). ` +
      `Run: ${command} ${shellWord(folder)}`,
  ];
}

/** 0 of what does not exist, also because the home is a file: that is another check's problem. */
function modeOf(folder: string): number {
  try {
    return statSync(folder).mode;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) return 0;
    throw storeUnavailable(`look at ${folder}`, error);
  }
}
