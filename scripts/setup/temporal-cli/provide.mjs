// @ts-check
import { mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';

import { TEMPORAL_CLI } from '../../shared/pins.mjs';
import { inTemporaryFolder, needSpace } from '../../shared/cache.mjs';
import { onPath, run, tail } from '../../shared/command.mjs';
import { withLock } from '../../shared/lock.mjs';
import { SetupProblem, messageOf } from '../../shared/problem.mjs';
import { longStep, say } from '../../shared/report.mjs';
import { downloadTemporalCli } from './download.mjs';

/**
 * @typedef {object} Candidate
 * @property {string} path
 * @property {'TEMPORAL_CLI_PATH' | 'PATH' | 'cache'} source
 *
 * @typedef {Candidate & { version: string }} TemporalCli
 */

/**
 * Where set-up puts the CLI.
 * @param {string} cache
 * @returns {string}
 */
export function cachedCliPath(cache) {
  return path.join(
    cache,
    'temporal-cli',
    `${TEMPORAL_CLI.version}-${process.platform}-${process.arch}`,
    'temporal',
  );
}

/**
 * Where a CLI may be, best first. Where TEMPORAL_CLI_PATH is set, nothing else is tried.
 * @param {string} cache
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Candidate[]}
 */
export function temporalCliCandidates(cache, env = process.env) {
  const named = env['TEMPORAL_CLI_PATH'];
  if (named) return [{ path: path.resolve(named), source: 'TEMPORAL_CLI_PATH' }];
  const found = onPath('temporal', env);
  return [
    ...(found === undefined ? [] : [/** @type {Candidate} */ ({ path: found, source: 'PATH' })]),
    { path: cachedCliPath(cache), source: 'cache' },
  ];
}

/**
 * The CLI to use, checked by running it.
 * @param {string} cache
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<TemporalCli | undefined>} Undefined when there is none.
 * @throws {SetupProblem} When TEMPORAL_CLI_PATH names something else.
 */
export async function findTemporalCli(cache, env = process.env) {
  for (const candidate of temporalCliCandidates(cache, env)) {
    const version = await workingVersion(candidate.path);
    if (version !== undefined) return { ...candidate, version };
    if (candidate.source === 'TEMPORAL_CLI_PATH')
      throw new SetupProblem(
        `TEMPORAL_CLI_PATH is ${candidate.path}, which is not a Temporal CLI that knows "server start-dev".\n` +
          `Point it at the temporal program, or unset it.`,
      );
  }
  return undefined;
}

/**
 * What `temporal --version` prints, where it runs and has the development server.
 * @param {string} file
 * @returns {Promise<string | undefined>}
 */
async function workingVersion(file) {
  const [version, help] = await Promise.all([
    run(file, ['--version'], { timeoutMs: 20_000 }),
    run(file, ['server', 'start-dev', '--help'], { timeoutMs: 20_000 }),
  ]);
  const known =
    help.ok && help.output.includes('--db-filename') && help.output.includes('--search-attribute');
  return version.ok && known ? /^temporal version .*$/m.exec(version.output)?.[0] : undefined;
}

/**
 * Finds the CLI, or installs it into the cache: the official download, else Go.
 * @param {string} cache
 * @returns {Promise<TemporalCli>}
 */
export async function provideTemporalCli(cache) {
  const found = await findTemporalCli(cache);
  if (found !== undefined) return found;
  const lock = path.join(cache, 'locks', 'temporal-cli.lock');
  return withLock(lock, 'installing the Temporal CLI', say, async () => {
    // Another set-up may have installed it while this one waited.
    const installed = await findTemporalCli(cache);
    if (installed !== undefined) return installed;
    return inTemporaryFolder(cache, (folder) => installTemporalCli(cache, folder));
  });
}

/**
 * @param {string} cache
 * @param {string} folder
 * @returns {Promise<TemporalCli>}
 */
async function installTemporalCli(cache, folder) {
  needSpace(cache, 700, 'the Temporal CLI');
  /** @type {string[]} */
  const failures = [];
  for (const route of [downloadTemporalCli, buildTemporalCli]) {
    try {
      const made = await route(folder);
      const version = await workingVersion(made);
      if (version === undefined) throw new SetupProblem('the result does not run here');
      const target = cachedCliPath(cache);
      mkdirSync(path.dirname(target), { recursive: true });
      renameSync(made, target);
      return { path: target, source: 'cache', version };
    } catch (error) {
      say(`  ${messageOf(error)}`);
      failures.push(messageOf(error));
    }
  }
  throw new SetupProblem(
    `There is no Temporal CLI, and none could be installed:\n` +
      failures.map((failure) => `  - ${failure}`).join('\n') +
      `\nFix one of these, or install Temporal CLI ${TEMPORAL_CLI.version} or newer yourself and put it on PATH ` +
      `or name it in TEMPORAL_CLI_PATH.`,
  );
}

/**
 * @param {string} folder
 * @returns {Promise<string>} The program.
 */
async function buildTemporalCli(folder) {
  const go = onPath('go');
  if (go === undefined)
    throw new SetupProblem('building it needs Go 1.23 or newer, which is not on PATH: install Go');
  const bin = path.join(folder, 'go-bin');
  mkdirSync(bin);
  const wanted = `${TEMPORAL_CLI.goPackage}@v${TEMPORAL_CLI.version}`;
  await longStep(
    `building the Temporal CLI ${TEMPORAL_CLI.version} with Go`,
    '4 min on 2 cores, once a machine',
    async () => {
      const outcome = await run(go, ['install', wanted], {
        cwd: folder,
        env: { ...process.env, GOBIN: bin },
        timeoutMs: 40 * 60_000,
      });
      if (!outcome.ok) throw new SetupProblem(`go install ${wanted} failed: ${tail(outcome.output, 5)}`);
    },
  );
  return path.join(bin, 'temporal');
}
