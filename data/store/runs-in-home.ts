import path from 'node:path';

import { RUN_ID_PATTERN } from '../schemas/run-choices.js';
import type { Home } from './home.js';
import { listFolders } from './stored-files.js';

/** The ids of all runs with a folder in the home, sorted. */
export async function runsInHome(home: Home): Promise<string[]> {
  const names = await listFolders(home, path.dirname(home.runDir('x'))).catch(() => []);
  return names.filter((name) => RUN_ID_PATTERN.test(name));
}
