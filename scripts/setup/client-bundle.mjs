// @ts-check
import { chmodSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { run } from '../shared/command.mjs';
import { BuildProblem } from '../shared/problem.mjs';
import { programRoot } from '../shared/root.mjs';

/**
 * Bundles the compiled command line with its libraries into few files: a short command spends most of its
 * time on finding and reading the hundreds that it is made of.
 */

/**
 * Left to be loaded from node_modules: libraries with native code or files of their own, and those that only
 * verbs need that call a provider.
 */
const EXTERNAL = [
  '@temporalio/worker',
  '@temporalio/core-bridge',
  '@tensorflow/*',
  'open',
  'undici',
  'yahoo-finance2',
];

/** What CommonJS libraries expect to find, and an ES module does not have. */
export const ESM_BANNER = [
  "import { createRequire as gurukulRequire } from 'node:module';",
  'const require = gurukulRequire(import.meta.url);',
  'const __filename = import.meta.filename;',
  'const __dirname = import.meta.dirname;',
].join('');

/**
 * @param {string} root
 * @returns {string} The folder of the bundle that the command line starts from.
 */
export const clientBundle = (root) => path.join(root, 'dist', 'client-bundle');

/**
 * @param {string} root Package whose compiled command line is bundled.
 * @param {string} [folder] Where to; what is there is replaced.
 * @throws {BuildProblem} With the bundler's messages.
 */
export async function bundleClient(root, folder = clientBundle(root)) {
  rmSync(folder, { recursive: true, force: true });
  const outcome = await run(
    process.execPath,
    [
      path.join(root, 'node_modules', 'esbuild', 'bin', 'esbuild'),
      path.join(root, 'dist', 'client', 'cli', 'main.js'),
      ...['--bundle', '--splitting', '--format=esm', '--platform=node', '--target=node20'],
      ...EXTERNAL.map((name) => `--external:${name}`),
      ...[`--banner:js=${ESM_BANNER}`, '--chunk-names=chunks/[name]-[hash]', '--log-level=warning'],
      ...[`--metafile=${path.join(folder, 'modules.json')}`, `--outdir=${folder}`],
    ],
    { cwd: root, timeoutMs: 5 * 60_000 },
  );
  if (!outcome.ok) throw new BuildProblem(`the command line cannot be bundled:\n${outcome.output}`);
  chmodSync(path.join(folder, 'main.js'), 0o755);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundleClient(programRoot);
