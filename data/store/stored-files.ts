import path from 'node:path';

import type { z } from 'zod';

import type { Home } from './home.js';
import { parseJson } from './parse-json.js';

/*
 * A home's files, by their paths, in its store. Each path is one that `home` gives: the key is the part inside the home.
 */

/** Reads a file; undefined if it does not exist. @throws GurukulError StoreUnavailable */
export async function readStored(home: Home, file: string): Promise<Buffer | undefined> {
  return home.store.get(home.relative(file));
}

/**
 * Reads a JSON file that this program wrote and parses it with its schema; undefined if it does not exist.
 *
 * @throws GurukulError ChecksumMismatch when the content does not match the schema.
 */
export async function readStoredJson<Schema extends z.ZodType>(
  home: Home,
  file: string,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  const content = await readStored(home, file);
  return content === undefined ? undefined : parseJson(file, content, schema);
}

/** Writes a file, whole or not at all. @throws GurukulError StoreUnavailable */
export async function writeStored(home: Home, file: string, content: string | Uint8Array): Promise<void> {
  await home.store.put(home.relative(file), content);
}

/** Writes indented JSON, whole or not at all. @throws GurukulError StoreUnavailable */
export async function writeStoredJson(home: Home, file: string, value: unknown): Promise<void> {
  await writeStored(home, file, `${JSON.stringify(value, null, 2)}\n`);
}

/**
 * Creates a file, whole or not at all, unless it exists: of two callers at once, one succeeds.
 *
 * @returns Whether this call created it.
 * @throws GurukulError StoreUnavailable
 */
export async function createStored(home: Home, file: string, content: string): Promise<boolean> {
  return home.store.putIfAbsent(home.relative(file), content);
}

/** Removes a file, if it exists. @throws GurukulError StoreUnavailable */
export async function removeStored(home: Home, file: string): Promise<void> {
  await home.store.remove(home.relative(file));
}

/** Names directly below a folder; those of folders end with a slash. @throws GurukulError StoreUnavailable */
export async function listStored(home: Home, folder: string): Promise<readonly string[]> {
  return home.store.list(home.relative(folder));
}

/** Names of the folders directly below a folder, ascending. @throws GurukulError StoreUnavailable */
export async function listFolders(home: Home, folder: string): Promise<readonly string[]> {
  const names = await listStored(home, folder);
  return names
    .filter((name) => name.endsWith('/'))
    .map((name) => name.slice(0, -1))
    .sort();
}

/**
 * Where a folder that somebody names lies on this machine: of one of the home's bundles, a copy, if the store is elsewhere.
 *
 * @param folder Absolute path.
 */
export async function folderHere(home: Home, folder: string): Promise<string> {
  return path.dirname(folder) === home.bundles() ? home.store.localFolder(home.relative(folder)) : folder;
}

/** The folder on this machine with a run's bundle; it may not exist where the run has none. */
export async function bundleFolder(home: Home, run: string): Promise<string> {
  return home.store.localFolder(home.relative(home.bundle(run)));
}
