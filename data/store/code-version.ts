import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

import { init, parse } from 'es-module-lexer';

import { sha256 } from './digests.js';
import { compiledRoot } from './package-root.js';

/** Entry module of the trainer process; the result of a unit depends on the modules that it imports. */
const TRAINER = 'workers/trainer/child.js';

/** Folders whose code can change a figure, a text or a plot of a bundle. */
const RESULT_FOLDERS = ['activities', 'data', 'workers/tensor', 'workers/trainer'];

/** Folders whose code a worker runs. */
const PROGRAM_FOLDERS = ['activities', 'data', 'temporal-config', 'workers', 'workflows'];

/** Folders whose code is the algorithm: features, labels and models. */
const LOGIC_FOLDERS = ['activities/market/', 'activities/model/'];

let training: Promise<string> | undefined;
let logic: Promise<string> | undefined;
let results: Promise<string> | undefined;

/**
 * Digest of the modules that a trained unit depends on: all modules that the trainer process imports, directly or
 * indirectly. The place of installation does not matter. It is part of every unit's key: units of other code are never
 * reused, and changes outside the trainer (a message of the command line, a figure of the bundle) retrain nothing.
 */
export function trainingCodeVersion(): Promise<string> {
  training ??= reachableModules(compiledRoot, TRAINER).then((modules) => digestOf(compiledRoot, modules));
  return training;
}

/**
 * Digest of the algorithm's own modules among those of {@link trainingCodeVersion}: what the trainer runs of features,
 * labels and models, without what reads bars, stores results or talks to the worker. A changed comment counts too.
 */
export function trainedLogicDigest(): Promise<string> {
  logic ??= reachableModules(compiledRoot, TRAINER).then((modules) =>
    digestOf(
      compiledRoot,
      modules.filter((module) => LOGIC_FOLDERS.some((folder) => module.startsWith(folder))),
    ),
  );
  return logic;
}

/** Digest of all modules that a bundle depends on: those of {@link trainingCodeVersion}, and figures, texts and plots. */
export function codeVersion(): Promise<string> {
  results ??= digestFolders(compiledRoot, RESULT_FOLDERS);
  return results;
}

/** Digest of all code that a worker runs (more than {@link codeVersion} covers): the name of its build. */
export async function programDigest(): Promise<string> {
  return digestFolders(compiledRoot, PROGRAM_FOLDERS);
}

/** Digest of the modules in these folders of the compiled code. */
export async function digestFolders(root: string, folders: readonly string[]): Promise<string> {
  const found = await Promise.all(folders.map((folder) => modulesIn(root, folder)));
  return digestOf(root, found.flat());
}

/**
 * A module and all modules that it imports, directly or indirectly, by static imports and by dynamic imports with a
 * literal path; packages are left out. Paths are relative to the root, with forward slashes, sorted.
 *
 * @param root Folder of compiled code.
 * @param entry Path relative to it.
 */
export async function reachableModules(root: string, entry: string): Promise<string[]> {
  await init;
  const found = new Set([entry]);
  const visit = async (module: string): Promise<void> => {
    const [imports] = parse(await readFile(path.join(root, module), 'utf8'), module);
    const targets = imports.flatMap(({ n: specifier }) =>
      specifier?.startsWith('.') === true ? [path.posix.join(path.posix.dirname(module), specifier)] : [],
    );
    const fresh = [...new Set(targets)].filter((target) => !found.has(target));
    for (const target of fresh) found.add(target);
    await Promise.all(fresh.map(visit));
  };
  await visit(entry);
  return [...found].sort();
}

/** SHA-256 over the paths and contents of modules, sorted by path. */
async function digestOf(root: string, modules: readonly string[]): Promise<string> {
  const lines = await Promise.all(
    [...modules].sort().map(async (file) => `${file} ${sha256(await readFile(path.join(root, file)))}`),
  );
  return sha256(lines.join('\n'));
}

/** Paths of the modules in a folder, relative to the root, with forward slashes. */
async function modulesIn(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(path.join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.js'))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
}
