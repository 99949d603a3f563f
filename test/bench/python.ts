import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { GurukulError } from '../../data/errors.js';
import { sha256 } from '../../data/store/digests.js';
import { packageRoot } from '../../data/store/package-root.js';
import { cacheRoot, needSpace, prepareCache } from '../../scripts/shared/cache.mjs';
import { onPath, run, tail } from '../../scripts/shared/command.mjs';
import { withLock } from '../../scripts/shared/lock.mjs';
import { print } from './program.js';

const PEERS = path.join(packageRoot, 'test', 'bench', 'peers');
const MEGABYTES = 700;
const INSTALL_MS = 10 * 60_000;
const SCRIPT_MS = 30 * 60_000;

/** A Python with the peers' packages. */
export interface Python {
  /**
   * Runs a script of the peers.
   *
   * @returns What it printed.
   * @throws GurukulError with its last lines when it fails.
   */
  script(name: string, ...args: readonly string[]): Promise<string>;
}

/**
 * The peers' virtual environment in the project's cache folder, outside the work tree; created on first use. Its
 * name contains a digest of the package list, so that another list uses another environment.
 *
 * @throws GurukulError InvalidInput when Python, its module venv or the packages are not available.
 */
export async function peerPython(): Promise<Python> {
  const requirements = path.join(PEERS, 'requirements.txt');
  const digest = sha256(await readFile(requirements)).slice(0, 12);
  const cache = cacheRoot();
  prepareCache(cache);
  const folder = path.join(cache, `bench-python-${digest}`);
  const python = path.join(folder, 'bin', 'python');
  const ready = path.join(folder, '.ready');
  await withLock(
    path.join(cache, 'locks', `bench-python-${digest}`),
    'installing the peers',
    print,
    async () => {
      if (existsSync(ready)) return;
      needSpace(cache, MEGABYTES, 'the Python packages of the peers');
      print(`installing the peers (LightGBM, scikit-learn) into ${folder}, once …`);
      await rm(folder, { recursive: true, force: true });
      await install(folder, python, requirements);
      await writeFile(ready, '');
    },
  );
  return {
    async script(name, ...args) {
      const outcome = await run(python, [path.join(PEERS, name), ...args], { timeoutMs: SCRIPT_MS });
      if (!outcome.ok) throw new GurukulError('Bug', `the peer ${name} failed:\n${tail(outcome.output)}`);
      return outcome.output;
    },
  };
}

async function install(folder: string, python: string, requirements: string): Promise<void> {
  const host = onPath('python3');
  if (host === undefined) throw missing('python3 is not on PATH');
  const made = await run(host, ['-m', 'venv', folder], { timeoutMs: INSTALL_MS });
  if (!made.ok)
    throw missing(`python3 -m venv does not work (Debian: apt install python3-venv):\n${tail(made.output)}`);
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--quiet', '--only-binary=:all:'];
  const installed = await run(python, [...pip, '-r', requirements], { timeoutMs: INSTALL_MS });
  if (!installed.ok) throw missing(`pip could not install the peers:\n${tail(installed.output)}`);
}

function missing(what: string): GurukulError {
  return new GurukulError(
    'InvalidInput',
    `${what}\nThe peers need Python 3.11 or later with venv and pip, and ${path.join(PEERS, 'requirements.txt')}.`,
  );
}
