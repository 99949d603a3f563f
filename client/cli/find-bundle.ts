import { existsSync } from 'node:fs';
import path from 'node:path';

import { RUN_ID_PATTERN } from '../../data/schemas/run-choices.js';
import { bundleFolder, folderHere } from '../../data/store/stored-files.js';
import { readStatusFile } from '../runs/run-files.js';
import type { Cli } from './cli.js';
import { unknownRun } from './find-run.js';

const MANIFEST = 'manifest.json';

/**
 * The bundle that an argument names: that of a run of the home, or else a folder.
 *
 * @returns Its absolute path, or what is wrong with the argument.
 */
export async function findBundle(
  { home, cwd, self }: Pick<Cli, 'home' | 'cwd' | 'self'>,
  given: string,
): Promise<{ readonly bundle: string } | { readonly problem: string }> {
  const isRunId = RUN_ID_PATTERN.test(given);
  const folder = await folderHere(home, path.resolve(cwd, given));
  const named = [...(isRunId ? [await bundleFolder(home, given)] : []), folder];
  const bundle = named.find((place) => existsSync(path.join(place, MANIFEST)));
  if (bundle !== undefined) return { bundle };
  const failed = named.find((place) => existsSync(path.join(place, 'FAILED.md')));
  if (failed !== undefined)
    return { problem: `${given} has no bundle: its run failed, see ${path.join(failed, 'FAILED.md')}` };
  const status = isRunId ? await readStatusFile(home, given) : undefined;
  if (status !== undefined)
    return {
      problem: `run ${given} has no bundle yet: its phase is ${status.phase}. See ${self} status ${given}`,
    };
  if (existsSync(folder)) return { problem: `${folder} is not a bundle: it has no ${MANIFEST}` };
  return { problem: isRunId ? await unknownRun(home, given) : `there is no folder ${folder}` };
}
