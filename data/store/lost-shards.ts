import { z } from 'zod';

import { ERROR_TYPES } from '../errors.js';
import type { Home } from './home.js';
import { readStoredJson, removeStored, writeStoredJson } from './stored-files.js';

/** A shard, or a whole cohort, that could not be trained at all and so has no unit. */
export const lostShardSchema = z.strictObject({
  /** Index of the shard in its cohort, from 0; null: the whole cohort, since its prior or placebo failed. */
  shard: z.number().int().nonnegative().nullable(),
  error: z.enum(ERROR_TYPES),
  message: z.string(),
});
export type LostShard = z.output<typeof lostShardSchema>;

const recordSchema = z.array(lostShardSchema);

/** The shards of a cohort that ended without a unit. A damaged record counts as empty. */
export async function readLostShards(home: Home, runId: string, cohort: string): Promise<LostShard[]> {
  return (
    (await readStoredJson(home, home.lostShards(runId, cohort), recordSchema).catch(() => undefined)) ?? []
  );
}

/** Why a shard has no unit, itself or with its whole cohort; undefined where nothing says so. */
export function lossOf(lost: readonly LostShard[], shard: number): LostShard | undefined {
  return lost.find((one) => one.shard === null) ?? lost.find((one) => one.shard === shard);
}

/** Records which shards of a cohort ended without a unit in its last execution, replacing an earlier record. */
export async function writeLostShards(
  home: Home,
  runId: string,
  cohort: string,
  lost: readonly LostShard[],
): Promise<void> {
  const file = home.lostShards(runId, cohort);
  if (lost.length > 0) await writeStoredJson(home, file, lost);
  else await removeStored(home, file);
}

/** Removes these records of all cohorts, when the run is started again. */
export async function forgetLostShards(home: Home, runId: string): Promise<void> {
  await home.store.removeFolder(home.relative(home.lostShardsDir(runId)));
}
