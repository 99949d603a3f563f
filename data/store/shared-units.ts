import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';

import { GurukulError, storeUnavailable, systemErrorCode } from '../errors.js';
import type { FileRef } from '../schemas/file-ref.js';
import { fileRefSchema } from '../schemas/file-ref.js';
import { isRelativePath } from '../schemas/relative-path.js';
import { RUN_ID_PATTERN } from '../schemas/run-choices.js';
import { canonicalJson, readIfThere, readJson, sha256, writeFileSafely, writeRef } from './files.js';
import type { Home } from './home.js';
import type { UnitManifest } from './units.js';
import { sealUnit, unitManifestSchema } from './units.js';

/*
 * What one run of a home has trained, another takes over under the same key. An index says which runs hold
 * a unit: a small file for each of them, `units/KEY/RUN.json`, that names the manifest in the run's own
 * folder. The files are copied, not linked, so that each run's folder is whole by itself: one that is
 * deleted or damaged takes no other along. Nothing is locked: runs at the same time write files of their
 * own, and what stands in the index is believed only as far as the digests hold.
 */

/** Enters a run's finished unit in the home's index; done again it changes nothing. */
export async function enterUnit(home: Home, key: string, run: string, manifest: FileRef): Promise<void> {
  const file = home.unitHolder(key, run);
  const entry = canonicalJson(manifest);
  if ((await readIfThere(file))?.toString('utf8') !== entry) await writeFileSafely(file, entry);
}

/**
 * Copies a unit that another run of the home has finished under a key into a folder, if there is one whose
 * files are all unharmed, and seals it there. Entries of units that are gone or damaged are taken out.
 *
 * @param run The run that asks: its own unit is not looked for.
 * @returns The unit, as if it had been made here, and the run that it comes from.
 * @throws GurukulError StoreUnavailable when that cannot be found out now.
 */
export async function takeOverUnit(
  home: Home,
  key: string,
  run: string,
  directory: string,
): Promise<{ readonly ref: FileRef; readonly manifest: UnitManifest; readonly from: string } | undefined> {
  for (const from of await holdersOf(home, key)) {
    if (from === run) continue;
    const found = await readWhole(home, key, from);
    if (found === undefined) {
      await rm(home.unitHolder(key, from), { force: true }).catch(() => undefined);
      continue;
    }
    const outputs: Record<string, FileRef> = {};
    for (const [role, { name, content, rows }] of found.files)
      outputs[role] = await writeRef(home, path.join(directory, name), content, rows);
    const manifest = { key, outputs, summary: found.summary };
    return { ref: await sealUnit(home, path.join(directory, 'unit.json'), manifest), manifest, from };
  }
  return undefined;
}

/** Runs that are said to hold a unit, sorted. */
async function holdersOf(home: Home, key: string): Promise<string[]> {
  const names = await readdir(home.unitHolders(key)).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw storeUnavailable(`read ${home.unitHolders(key)}`, error);
  });
  return names
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .filter((run) => RUN_ID_PATTERN.test(run))
    .sort();
}

interface WholeUnit {
  readonly summary: unknown;
  /** By role. */
  readonly files: ReadonlyMap<
    string,
    { readonly name: string; readonly content: Buffer; readonly rows: number }
  >;
}

/** All that a run's unit consists of, read once; undefined where anything is missing or not as it was sealed. */
async function readWhole(home: Home, key: string, run: string): Promise<WholeUnit | undefined> {
  try {
    const entry = await readJson(home.unitHolder(key, run), fileRefSchema);
    if (entry === undefined) return undefined;
    const manifest = await readJson(home.absolute(entry.uri), unitManifestSchema);
    if (manifest?.key !== key) return undefined;
    const files = new Map<string, { name: string; content: Buffer; rows: number }>();
    for (const [role, { uri, sha256: digest, rows }] of Object.entries(manifest.outputs)) {
      const name = path.posix.relative(path.posix.dirname(entry.uri), uri);
      const content = isRelativePath(name) ? await readIfThere(home.absolute(uri)) : undefined;
      if (content === undefined || sha256(content) !== digest) return undefined;
      files.set(role, { name, content, rows });
    }
    return { summary: manifest.summary, files };
  } catch (error) {
    // What is damaged is no unit; a store that cannot be read now is no reason to train.
    if (error instanceof GurukulError && error.type !== 'StoreUnavailable') return undefined;
    throw error;
  }
}
