// @ts-check
import { rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { run } from '../shared/command.mjs';
import { BuildProblem } from '../shared/problem.mjs';
import { programRoot } from '../shared/root.mjs';
import { ESM_BANNER } from './client-bundle.mjs';

/**
 * Bundles the programs of workers, of their threads and of their trainers: finding, reading and linking more than 600
 * modules is most of what a worker's start takes. The digests of code are those of the modules, in dist/ as ever.
 */

/** Relative to the compiled workers. */
const PROGRAMS = ['main.js', 'pool/thread.js', 'trainer/child.js'];

/**
 * Left to be loaded from node_modules: libraries with native code, threads or files of their own, those that a worker's
 * libraries load too (their classes must be the same), and those that only some workers need.
 */
const EXTERNAL = [
  '@temporalio/*',
  '@grpc/*',
  '@opentelemetry/*',
  '@tensorflow/*',
  'pino',
  'piscina',
  'undici',
  'yahoo-finance2',
];

/**
 * @param {string} root
 * @returns {string} The folder of the bundle that workers start from.
 */
export const workerBundle = (root) => path.join(root, 'dist', 'worker-bundle');

/**
 * @param {string} root Package whose compiled workers are bundled.
 * @param {string} [folder] Where to; what is there is replaced.
 * @throws {BuildProblem} With the bundler's messages.
 */
export async function bundleWorkers(root, folder = workerBundle(root)) {
  rmSync(folder, { recursive: true, force: true });
  const workers = path.join(root, 'dist', 'workers');
  const outcome = await run(
    process.execPath,
    [
      path.join(root, 'node_modules', 'esbuild', 'bin', 'esbuild'),
      ...PROGRAMS.map((program) => path.join(workers, program)),
      ...['--bundle', '--splitting', '--format=esm', '--platform=node', '--target=node20'],
      ...EXTERNAL.map((name) => `--external:${name}`),
      ...[`--banner:js=${ESM_BANNER}`, '--chunk-names=chunks/[name]-[hash]', '--log-level=warning'],
      ...[`--metafile=${path.join(folder, 'modules.json')}`, `--outbase=${workers}`, `--outdir=${folder}`],
    ],
    { cwd: root, timeoutMs: 5 * 60_000 },
  );
  if (!outcome.ok) throw new BuildProblem(`the workers cannot be bundled:\n${outcome.output}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundleWorkers(programRoot);
