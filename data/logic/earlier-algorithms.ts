import path from 'node:path';

import type { Logic } from '../schemas/logic.js';
import { logicSchema } from '../schemas/logic.js';
import type { Home } from '../store/home.js';
import { listFolders, readStored } from '../store/stored-files.js';

/**
 * The algorithms of a home's other bundles, by their logic digests; what cannot be read says nothing.
 *
 * @param run Whose own bundle, of an earlier attempt, does not count.
 * @param file Of the algorithm, inside a bundle.
 */
export async function earlierAlgorithms(
  home: Home,
  run: string,
  file: string,
): Promise<Pick<Logic, 'digest'>[]> {
  const own = path.basename(home.bundle(run));
  const folder = home.bundles();
  const names = await listFolders(home, folder).catch(() => []);
  const found = await Promise.all(
    names
      .filter((name) => name.startsWith('audit_') && name !== own)
      .map(async (name) => algorithmIn(home, path.join(folder, name, file))),
  );
  return found.flat();
}

async function algorithmIn(home: Home, file: string): Promise<Pick<Logic, 'digest'>[]> {
  try {
    return [logicSchema.parse(JSON.parse((await readStored(home, file))?.toString('utf8') ?? ''))];
  } catch {
    return [];
  }
}
