import { rm } from 'node:fs/promises';

import { z } from 'zod';

import { ERROR_TYPES, storeUnavailable } from '../errors.js';
import { readJson, writeJson } from './files.js';
import type { Home } from './home.js';

/** What could not be trained at all, so that no unit says how its windows ended. */
export const lostShardSchema = z.strictObject({
  /** Index of the shard in its cohort, from 0; null: the whole cohort, since its prior or placebo failed. */
  shard: z.number().int().nonnegative().nullable(),
  error: z.enum(ERROR_TYPES),
  message: z.string(),
});
export type LostShard = z.output<typeof lostShardSchema>;

const recordSchema = z.array(lostShardSchema);

/** Shards that a cohort of a run has lost; none where all of them ended with a unit. A damaged record counts as none. */
export async function readLostShards(home: Home, runId: string, cohort: string): Promise<LostShard[]> {
  return (await readJson(home.lostShards(runId, cohort), recordSchema).catch(() => undefined)) ?? [];
}

/** Writes down which shards a cohort has lost in its last execution, in place of those of an earlier one. */
export async function writeLostShards(
  home: Home,
  runId: string,
  cohort: string,
  lost: readonly LostShard[],
): Promise<void> {
  const file = home.lostShards(runId, cohort);
  if (lost.length > 0) await writeJson(file, lost);
  else await remove(file);
}

/** Forgets all of them: the run is started again, and its cohorts end once more. */
export async function forgetLostShards(home: Home, runId: string): Promise<void> {
  await remove(home.lostShardsDir(runId));
}

async function remove(path: string): Promise<void> {
  try {
    await rm(path, { force: true, recursive: true });
  } catch (error) {
    throw storeUnavailable(`remove ${path}`, error);
  }
}
