import path from 'node:path';

import { GurukulError } from '../errors.js';
import type { QuarantinedWindow, ShardTroubles } from '../schemas/shard-troubles.js';
import { shardTroublesSchema } from '../schemas/shard-troubles.js';
import type { Home } from './home.js';
import { listFolders, listStored, readStoredJson, removeStored, writeStoredJson } from './stored-files.js';

/** Which shard. */
export interface ShardPlace {
  readonly runId: string;
  readonly cohort: string;
  readonly shard: number;
}

/** The troubles of a shard with this key; none when there were none, or with other inputs. */
export async function readShardTroubles(home: Home, place: ShardPlace, key: string): Promise<ShardTroubles> {
  const known = await readRecord(home, fileOf(home, place));
  if (known?.key === key) return known;
  return { key, windowsAtOnce: null, crashes: 0, strikes: {}, quarantined: [], lastWords: '' };
}

/**
 * Maximum number of windows of a shard that its earlier failures left room for, whatever their inputs were: no result
 * depends on it. Undefined without any.
 */
export async function windowsAtOnceOf(home: Home, place: ShardPlace): Promise<number | undefined> {
  return (await readRecord(home, fileOf(home, place)))?.windowsAtOnce ?? undefined;
}

export async function writeShardTroubles(
  home: Home,
  place: ShardPlace,
  troubles: ShardTroubles,
): Promise<void> {
  await writeStoredJson(home, fileOf(home, place), troubles);
}

/**
 * Forgets what a shard did to its trainer, so that its quarantined windows are tried again.
 *
 * @param symbols Only where one of these is in quarantine; absent: in any case.
 */
export async function forgetShardTroubles(
  home: Home,
  place: ShardPlace,
  symbols?: readonly string[],
): Promise<void> {
  const file = fileOf(home, place);
  const known = symbols === undefined ? undefined : await readRecord(home, file);
  if (symbols !== undefined && !known?.quarantined.some(({ symbol }) => symbols.includes(symbol))) return;
  await removeStored(home, file);
}

/** All windows of a run that are in quarantine, by cohort and shard. */
export async function quarantinedWindows(
  home: Home,
  runId: string,
): Promise<(QuarantinedWindow & { readonly cohort: string })[]> {
  const all: (QuarantinedWindow & { readonly cohort: string })[] = [];
  const folder = home.troubles(runId);
  for (const cohort of await listFolders(home, folder))
    for (const name of await listStored(home, path.join(folder, cohort))) {
      if (!name.endsWith('.json')) continue;
      const troubles = await readRecord(home, path.join(folder, cohort, name));
      all.push(...(troubles?.quarantined ?? []).map((window) => ({ cohort, ...window })));
    }
  return all;
}

/** A damaged record counts as none: it costs some attempts more, no result. */
async function readRecord(home: Home, file: string): Promise<ShardTroubles | undefined> {
  return readStoredJson(home, file, shardTroublesSchema).catch((error: unknown) => {
    if (error instanceof GurukulError && error.type === 'ChecksumMismatch') return undefined;
    throw error;
  });
}

function fileOf(home: Home, { runId, cohort, shard }: ShardPlace): string {
  return home.shardTroubles(runId, cohort, shard);
}
