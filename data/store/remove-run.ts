import { readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

import { storeUnavailable, systemErrorCode } from '../errors.js';
import { telemetryFiles } from './telemetry-files.js';
import type { Home } from './home.js';

/** What of a run lies in the home. */
export interface RunParts {
  /** Folders and files that are removed, those that exist. */
  readonly removed: readonly RunPart[];
  /** Those that are kept, and why. */
  readonly kept: readonly (RunPart & { readonly why: string })[];
}

export interface RunPart {
  readonly path: string;
  readonly bytes: number;
}

/**
 * What removing a run would remove and keep.
 *
 * @param keepBundle Why its bundle is kept; undefined: it is removed.
 */
export async function partsOfRun(
  home: Home,
  runId: string,
  keepBundle: string | undefined,
): Promise<RunParts> {
  const bundle = await partAt(home.bundle(runId));
  const telemetry = (await telemetryFiles(home, runId)).map(({ path: file }) => file);
  const own = await Promise.all([home.runDir(runId), ...telemetry].map(partAt));
  const removed = keepBundle === undefined ? [...own, bundle] : own;
  return {
    removed: removed.filter((part) => part !== undefined),
    kept: keepBundle === undefined || bundle === undefined ? [] : [{ ...bundle, why: keepBundle }],
  };
}

/**
 * Removes what {@link partsOfRun} lists, after the run's entries in the index of units: no other run reuses
 * what is about to go. A folder is renamed first, so that a removal that is cut off leaves no half of a run.
 *
 * @throws GurukulError StoreUnavailable
 */
export async function removeRun(home: Home, runId: string, { removed }: RunParts): Promise<void> {
  for (const entry of await unitEntries(home, runId)) await remove(entry);
  for (const { path: part } of removed) {
    const leaving = path.join(path.dirname(part), `.removed-${path.basename(part)}`);
    await remove(leaving);
    try {
      await rename(part, leaving);
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') throw storeUnavailable(`remove ${part}`, error);
    }
    await remove(leaving);
  }
}

/** Files of the index of units that name a run. */
async function unitEntries(home: Home, runId: string): Promise<string[]> {
  const entries: string[] = [];
  const root = home.units();
  for (const prefix of await namesIn(root))
    for (const key of await namesIn(path.join(root, prefix))) {
      const entry = home.unitHolder(key, runId);
      if ((await stat(entry).catch(() => undefined)) !== undefined) entries.push(entry);
    }
  return entries;
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

async function partAt(place: string): Promise<RunPart | undefined> {
  const found = await stat(place).catch(() => undefined);
  if (found === undefined) return undefined;
  return { path: place, bytes: found.isDirectory() ? await bytesIn(place) : found.size };
}

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []))
    if (entry.isFile())
      bytes += (await stat(path.join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0;
  return bytes;
}

async function remove(place: string): Promise<void> {
  try {
    await rm(place, { recursive: true, force: true });
  } catch (error) {
    throw storeUnavailable(`remove ${place}`, error);
  }
}
