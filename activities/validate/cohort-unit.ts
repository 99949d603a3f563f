import path from 'node:path';

import type { FileRef } from '../../data/schemas/file-ref.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import type { Home } from '../../data/store/home.js';
import { indexUnit, reuseUnit } from '../../data/store/shared-units.js';
import { findUnit } from '../../data/store/units.js';

/**
 * The unit of a cohort with this key: the run's own, that of another run where it may be reused, or one that is made now.
 *
 * @param make Makes it and seals it.
 */
export async function cohortUnit(
  home: Home,
  { runId, reuse }: Pick<RunConfig, 'runId' | 'reuse'>,
  { key, directory }: { readonly key: string; readonly directory: string },
  make: () => Promise<FileRef>,
): Promise<FileRef> {
  const own = await findUnit(home, manifestIn(directory), key);
  const found = own ?? (reuse === 'own' ? undefined : await reuseUnit(home, key, runId, directory));
  const ref = found?.ref ?? (await make());
  await indexUnit(home, key, runId, ref);
  return ref;
}

/** The manifest of the unit in a folder. */
export function manifestIn(directory: string): string {
  return path.join(directory, 'unit.json');
}
