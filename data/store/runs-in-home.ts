import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { RUN_ID_PATTERN } from '../schemas/run-choices.js';
import type { Home } from './home.js';

/** The ids of all runs with a folder in the home, sorted. */
export async function runsInHome(home: Home): Promise<string[]> {
  const folder = path.dirname(home.runDir('x'));
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && RUN_ID_PATTERN.test(entry.name))
    .map(({ name }) => name)
    .sort();
}
