import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';

import { GurukulError, errorMessage } from '../errors.js';
import type { QuarantinedWindow, ShardTroubles } from '../schemas/shard-troubles.js';
import { shardTroublesSchema } from '../schemas/shard-troubles.js';
import { readJson, writeJson } from './files.js';
import type { Home } from './home.js';

/** Which shard. */
export interface ShardPlace {
  readonly runId: string;
  readonly cohort: string;
  readonly shard: number;
}

/** The troubles of a shard with this key; none when there were none, or with other inputs. */
export async function readShardTroubles(home: Home, place: ShardPlace, key: string): Promise<ShardTroubles> {
  const known = await readJson(fileOf(home, place), shardTroublesSchema).catch((error: unknown) => {
    // A damaged record costs some attempts more, no result.
    if (error instanceof GurukulError && error.type === 'ChecksumMismatch') return undefined;
    throw error;
  });
  if (known?.key === key) return known;
  return { key, windowsAtOnce: null, crashes: 0, strikes: {}, quarantined: [], lastWords: '' };
}

export async function writeShardTroubles(
  home: Home,
  place: ShardPlace,
  troubles: ShardTroubles,
): Promise<void> {
  await writeJson(fileOf(home, place), troubles);
}

/** Forgets what a shard did to its trainer: its quarantined windows are tried again. */
export async function forgetShardTroubles(home: Home, place: ShardPlace): Promise<void> {
  const file = fileOf(home, place);
  try {
    await rm(file, { force: true });
  } catch (error) {
    throw new GurukulError('StoreUnavailable', `cannot remove ${file}: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}

/** All windows of a run that are in quarantine, by cohort and shard. */
export async function quarantinedWindows(
  home: Home,
  runId: string,
): Promise<(QuarantinedWindow & { readonly cohort: string })[]> {
  const all: (QuarantinedWindow & { readonly cohort: string })[] = [];
  const folder = home.troubles(runId);
  for (const cohort of await namesIn(folder))
    for (const name of await namesIn(path.join(folder, cohort))) {
      if (!name.endsWith('.json')) continue;
      const troubles = await readJson(path.join(folder, cohort, name), shardTroublesSchema);
      all.push(...(troubles?.quarantined ?? []).map((window) => ({ cohort, ...window })));
    }
  return all;
}

function fileOf(home: Home, { runId, cohort, shard }: ShardPlace): string {
  return home.shardTroubles(runId, cohort, shard);
}

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.sort();
}
