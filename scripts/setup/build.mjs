// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { run } from '../shared/command.mjs';
import { BuildProblem } from '../shared/problem.mjs';
import { longStep } from '../shared/report.mjs';
import { programRoot } from '../shared/root.mjs';
import { bundleClient } from './client-bundle.mjs';
import { buildDashboardPage, isPageSource } from './dashboard-page.mjs';
import { bundleWorkers } from './worker-bundle.mjs';

/**
 * Compiles the sources into dist/, when any of them changed since the last time.
 * As a program (`npm run build`) it does that alone.
 */

const FOLDERS = [
  'workflows',
  'activities',
  'workers',
  'client',
  'data',
  'scripts',
  'temporal-config',
  'test',
];
const SOURCE = /\.(ts|mts|mjs)$/;

/** @param {string} root */
const stampFile = (root) => path.join(root, 'dist', '.build-stamp');

/**
 * Whether dist/ is what the sources give.
 * @param {string} root
 * @returns {boolean}
 */
export function isBuilt(root) {
  try {
    return readFileSync(stampFile(root), 'utf8') === sourcesKey(root);
  } catch {
    return false;
  }
}

/**
 * @param {string} root
 * @throws {BuildProblem} With the compiler's messages.
 */
export async function build(root) {
  const key = sourcesKey(root);
  await longStep('compiling', '10 s the first time', async () => {
    rmSync(stampFile(root), { force: true });
    removeLeftovers(root);
    const outcome = await run(
      process.execPath,
      [path.join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '--project', root, '--pretty', 'false'],
      { cwd: root, timeoutMs: 10 * 60_000 },
    );
    if (!outcome.ok) throw new BuildProblem(`the sources do not compile:\n${outcome.output}`);
    // Workers that find the workflows bundled start in a fraction of the time.
    const bundler = path.join(root, 'dist', 'workers', 'build-workflow-bundle.js');
    if (existsSync(bundler)) {
      const bundled = await run(process.execPath, [bundler], { cwd: root, timeoutMs: 5 * 60_000 });
      if (!bundled.ok) throw new BuildProblem(`the workflows cannot be bundled:\n${bundled.output}`);
    }
    if (existsSync(path.join(root, 'dist', 'client', 'cli', 'main.js'))) {
      await bundleClient(root);
      await bundleWorkers(root);
      await buildDashboardPage(root);
    }
    mkdirSync(path.join(root, 'dist'), { recursive: true });
    writeFileSync(stampFile(root), key);
  });
}

/**
 * Names and contents of everything that is compiled. Times would not do: git gives every file that it writes
 * a new one, also when it brings back what was there.
 * @param {string} root
 * @returns {string}
 */
function sourcesKey(root) {
  const hash = createHash('sha256');
  for (const file of ['tsconfig.json', 'package-lock.json', ...sources(root), ...pageSources(root)]) {
    const content = readFileSync(path.join(root, file));
    hash.update(`${file} ${content.byteLength}\n`).update(content);
  }
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @returns {string[]}
 */
function sources(root) {
  return FOLDERS.flatMap((folder) => filesUnder(root, folder)).filter(
    (file) => SOURCE.test(file) && !isPageSource(file),
  );
}

/**
 * What esbuild makes the page of.
 * @param {string} root
 * @returns {string[]}
 */
const pageSources = (root) => filesUnder(root, 'client').filter(isPageSource);

/**
 * Compiled files whose source is gone: a test that was deleted must not go on running.
 * @param {string} root
 */
function removeLeftovers(root) {
  const stems = new Set(sources(root).map((file) => file.replace(/\.(ts|mts|mjs)$/, '')));
  for (const folder of FOLDERS)
    for (const file of filesUnder(path.join(root, 'dist'), folder))
      if (!stems.has(file.replace(/\.m?js(\.map)?$/, ''))) {
        rmSync(path.join(root, 'dist', file));
        // The compiler believes its own notes about what it has written.
        rmSync(path.join(root, 'dist', '.tsbuildinfo'), { force: true });
      }
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {string[]} Relative to the root, sorted.
 */
function filesUnder(root, folder) {
  if (!existsSync(path.join(root, folder))) return [];
  return readdirSync(path.join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    if (!isBuilt(programRoot)) await build(programRoot);
  } catch (error) {
    if (!(error instanceof BuildProblem)) throw error;
    process.stderr.write(`gurukul build: ${error.message}\n`);
    process.exitCode = 1;
  }
}
