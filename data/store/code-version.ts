import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { sha256 } from './files.js';

/** Folders whose program code can change a result. */
const CODE_FOLDERS = ['activities', 'data', 'workers/tensor', 'workers/trainer'];

/** Folders of the program that a worker is. */
const PROGRAM_FOLDERS = ['activities', 'data', 'temporal-config', 'workers', 'workflows'];

let settled: Promise<string> | undefined;

/**
 * Digest of the compiled program that results depend on, wherever it is installed: SHA-256 over path and
 * content of its modules, sorted by path. Part of every unit's key, so that other code never takes over
 * a result.
 */
export function codeVersion(): Promise<string> {
  settled ??= digestModules(compiledRoot());
  return settled;
}

function compiledRoot(): string {
  return path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
}

/** Digest of everything that a worker runs, for the name of its build: what {@link codeVersion} covers and more. */
export async function programDigest(): Promise<string> {
  return digestModules(compiledRoot(), PROGRAM_FOLDERS);
}

/** Digest of the modules below a folder of compiled code. */
export async function digestModules(
  root: string,
  folders: readonly string[] = CODE_FOLDERS,
): Promise<string> {
  const found = await Promise.all(folders.map((folder) => modulesIn(root, folder)));
  const modules = await Promise.all(
    found
      .flat()
      .sort()
      .map(async (file) => `${file} ${sha256(await readFile(path.join(root, file)))}`),
  );
  return sha256(modules.join('\n'));
}

/** Paths of the modules in a folder, relative to the root, with forward slashes. */
async function modulesIn(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(path.join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.js'))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
}
