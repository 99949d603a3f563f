import { removeFile } from './files.js';
import type { Home } from './home.js';
import { listFolders } from './stored-files.js';
import { telemetryFiles } from './telemetry-files.js';

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

/** What removing these parts frees. */
export function bytesFreed({ removed }: RunParts): number {
  return removed.reduce((sum, { bytes }) => sum + bytes, 0);
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
  const own = await folderPart(home, home.runDir(runId));
  const bundle = await folderPart(home, home.bundle(runId));
  const telemetry = await telemetryFiles(home, runId);
  return {
    removed: [
      ...own,
      ...telemetry.map(({ path, bytes }) => ({ path, bytes })),
      ...(keepBundle === undefined ? bundle : []),
    ],
    kept: keepBundle === undefined ? [] : bundle.map((part) => ({ ...part, why: keepBundle })),
  };
}

/**
 * Removes what {@link partsOfRun} lists, after the run's entries in the index of units: no other run reuses
 * what is about to go.
 *
 * @throws GurukulError StoreUnavailable
 */
export async function removeRun(home: Home, runId: string, { removed }: RunParts): Promise<void> {
  for (const entry of await unitEntries(home, runId)) await home.store.remove(entry);
  const folders = [home.runDir(runId), home.bundle(runId)];
  for (const { path } of removed)
    if (folders.includes(path)) await home.store.removeFolder(home.relative(path));
    else await removeFile(path);
}

/** Keys of the index of units that name a run. */
async function unitEntries(home: Home, runId: string): Promise<string[]> {
  const entries: string[] = [];
  const root = home.units();
  for (const prefix of await listFolders(home, root))
    for (const key of await home.store.list(`${home.relative(root)}/${prefix}`)) {
      const entry = home.relative(home.unitHolder(key.slice(0, -1), runId));
      if (key.endsWith('/') && (await home.store.head(entry)) !== undefined) entries.push(entry);
    }
  return entries;
}

/** A folder with anything in it. */
async function folderPart(home: Home, folder: string): Promise<RunPart[]> {
  const bytes = await bytesIn(home, home.relative(folder));
  return bytes === undefined ? [] : [{ path: folder, bytes }];
}

/** Undefined for a folder that is not there, or has nothing in it. */
async function bytesIn(home: Home, folder: string): Promise<number | undefined> {
  let bytes: number | undefined;
  for (const name of await home.store.list(folder)) {
    const place = `${folder}/${name}`;
    const inside = name.endsWith('/')
      ? await bytesIn(home, place.slice(0, -1))
      : (await home.store.head(place))?.bytes;
    if (inside !== undefined) bytes = (bytes ?? 0) + inside;
  }
  return bytes;
}
