import { existsSync } from 'node:fs';

import { InvalidInputError, errorMessage } from '../data/errors.js';
import { cacheRoot } from '../scripts/shared/cache.mjs';
import { readRecord } from '../scripts/setup/record.mjs';
import { findTemporalCli as search, temporalCliCandidates } from '../scripts/setup/temporal-cli/provide.mjs';

/**
 * The Temporal CLI's program: TEMPORAL_CLI_PATH, PATH, or the project's cache, as set-up looks for it.
 *
 * @returns Its absolute path.
 * @throws InvalidInputError when there is none that works.
 */
export async function findTemporalCli(packageRoot: string): Promise<string> {
  const cache = cacheRoot();
  const checked = readRecord(packageRoot)?.temporalCli?.path;
  const first = temporalCliCandidates(cache).find((candidate) => existsSync(candidate.path));
  // What set-up has run once need not be run again to know that it works.
  if (first !== undefined && first.path === checked) return first.path;
  const found = await search(cache).catch((error: unknown) => {
    throw new InvalidInputError([errorMessage(error)]);
  });
  if (found !== undefined) return found.path;
  throw new InvalidInputError([
    'no Temporal CLI: run `npm run setup`, which brings it, or name one in TEMPORAL_CLI_PATH',
  ]);
}
