// @ts-check
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import path from 'node:path';

import { isAlive } from './lock.mjs';
import { SetupProblem, messageOf } from './problem.mjs';

/**
 * Where set-up keeps what it fetched and built, outside every work tree, so that clones share it.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string}
 */
export function cacheRoot(env = process.env) {
  const own = env['GURUKUL_CACHE'];
  if (own) return path.resolve(own);
  return path.join(env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache'), 'gurukul');
}

/**
 * Makes the cache folder.
 * @param {string} cache
 */
export function prepareCache(cache) {
  try {
    mkdirSync(path.join(cache, 'tmp'), { recursive: true });
    removeAbandoned(path.join(cache, 'tmp'));
  } catch (error) {
    throw new SetupProblem(
      `cannot write the cache folder ${cache}: ${messageOf(error)}\n` +
        `Set GURUKUL_CACHE to a folder that can be written.`,
    );
  }
}

/**
 * @param {string} cache
 * @param {number} megabytes
 * @param {string} what
 */
export function needSpace(cache, megabytes, what) {
  const { bavail, bsize } = statfsSync(cache);
  const free = Math.floor((bavail * bsize) / 1e6);
  if (free < megabytes)
    throw new SetupProblem(
      `${what} needs about ${megabytes} MB in ${cache}, where ${free} MB are free.\n` +
        `Free some space, or set GURUKUL_CACHE to a folder on another disk.`,
    );
}

/**
 * Does something in a temporary folder of the cache: on the same file system, so that its result can be
 * published by one rename. The folder is gone afterwards.
 * @template T
 * @param {string} cache
 * @param {(folder: string) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function inTemporaryFolder(cache, work) {
  const folder = mkdtempSync(path.join(cache, 'tmp', `${hostname()}-${process.pid}-`));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    return await work(folder);
  } finally {
    remove();
    process.off('exit', remove);
  }
}

/**
 * Temporary folders whose process on this machine has died.
 * @param {string} folder
 */
function removeAbandoned(folder) {
  const prefix = `${hostname()}-`;
  for (const name of readdirSync(folder)) {
    const pid = Number(name.startsWith(prefix) ? name.slice(prefix.length).split('-')[0] : NaN);
    if (pid > 0 && !isAlive({ pid })) rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}
