import path from 'node:path';

import { GurukulError } from '../errors.js';
import type { FileRef } from '../schemas/file-ref.js';
import { fileRefSchema } from '../schemas/file-ref.js';
import { isRelativePath } from '../schemas/relative-path.js';
import { RUN_ID_PATTERN } from '../schemas/run-choices.js';
import { canonicalJson, sha256 } from './digests.js';
import { refTo } from './file-refs.js';
import type { Home } from './home.js';
import { listStored, readStored, readStoredJson, removeStored, writeStored } from './stored-files.js';
import type { UnitManifest } from './units.js';
import { sealUnit, unitManifestSchema } from './units.js';

/*
 * Runs of one home reuse each other's finished units. An index names the runs that have finished a unit: one
 * small file each, `units/KEY/RUN.json`, which refers to the manifest in the run's own folder. A run that reuses
 * a unit copies its files, so each run's folder is complete by itself, and deleting or damaging one does not
 * affect another. There are no locks: runs at the same time write different files, and an entry of the index
 * counts only if all digests match.
 */

/** Adds a run's finished unit to the home's index. Idempotent. */
export async function indexUnit(home: Home, key: string, run: string, manifest: FileRef): Promise<void> {
  const file = home.unitHolder(key, run);
  const entry = canonicalJson(manifest);
  if ((await readStored(home, file))?.toString('utf8') !== entry) await writeStored(home, file, entry);
}

/**
 * Looks for an intact unit with this key in other runs of the home, copies its files into a folder and seals it
 * there. Index entries of missing or damaged units are removed.
 *
 * @param run The run that asks; its own unit does not count.
 * @returns The copied unit and the run that it comes from; undefined if there is none.
 * @throws GurukulError StoreUnavailable when the store cannot be read.
 */
export async function reuseUnit(
  home: Home,
  key: string,
  run: string,
  directory: string,
): Promise<{ readonly ref: FileRef; readonly manifest: UnitManifest; readonly from: string } | undefined> {
  for (const from of await holdersOf(home, key)) {
    if (from === run) continue;
    const found = await readIntact(home, key, from);
    if (found === undefined) {
      await removeStored(home, home.unitHolder(key, from)).catch(() => undefined);
      continue;
    }
    const outputs: Record<string, FileRef> = {};
    for (const [role, { name, content, digest, rows }] of found.files) {
      const file = path.join(directory, name);
      await writeStored(home, file, content);
      outputs[role] = refTo(home, file, content, rows, digest);
    }
    const manifest = { key, outputs, summary: found.summary };
    return { ref: await sealUnit(home, path.join(directory, 'unit.json'), manifest), manifest, from };
  }
  return undefined;
}

/** The runs that have finished a unit according to the index, sorted. */
async function holdersOf(home: Home, key: string): Promise<string[]> {
  const names = await listStored(home, home.unitHolders(key));
  return names
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .filter((run) => RUN_ID_PATTERN.test(run))
    .sort();
}

interface IntactUnit {
  readonly summary: unknown;
  /** By role. */
  readonly files: ReadonlyMap<
    string,
    { readonly name: string; readonly content: Buffer; readonly digest: string; readonly rows: number }
  >;
}

/** Reads all files of a run's unit; undefined if any is missing or has changed since the unit was sealed. */
async function readIntact(home: Home, key: string, run: string): Promise<IntactUnit | undefined> {
  try {
    const entry = await readStoredJson(home, home.unitHolder(key, run), fileRefSchema);
    if (entry === undefined) return undefined;
    const manifest = await readStoredJson(home, home.absolute(entry.uri), unitManifestSchema);
    if (manifest?.key !== key) return undefined;
    const files = new Map<string, { name: string; content: Buffer; digest: string; rows: number }>();
    for (const [role, { uri, sha256: digest, rows }] of Object.entries(manifest.outputs)) {
      const name = path.posix.relative(path.posix.dirname(entry.uri), uri);
      const content = isRelativePath(name) ? await home.store.get(uri, digest) : undefined;
      if (content === undefined || sha256(content) !== digest) return undefined;
      files.set(role, { name, content, digest, rows });
    }
    return { summary: manifest.summary, files };
  } catch (error) {
    // A damaged unit cannot be reused. A store that cannot be read at the moment is no reason to train again.
    if (error instanceof GurukulError && error.type !== 'StoreUnavailable') return undefined;
    throw error;
  }
}
