// @ts-check
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { run } from '../shared/command.mjs';
import { BuildProblem } from '../shared/problem.mjs';
import { programRoot } from '../shared/root.mjs';

/** Bundles the dashboard's page, so that a browser loads one script and one style sheet, from this server alone. */

const PAGE = path.join('client', 'dashboard', 'page');

/**
 * @param {string} file Relative to the root.
 * @returns {boolean} Whether it is a source of the page, which esbuild compiles and not tsc.
 */
export const isPageSource = (file) => file.startsWith(PAGE + path.sep);

/**
 * @param {string} root
 * @param {string} [folder] Where to; what is there is replaced.
 * @throws {BuildProblem} With the bundler's messages.
 */
export async function buildDashboardPage(root, folder = path.join(root, 'dist', 'dashboard-page')) {
  rmSync(folder, { recursive: true, force: true });
  const metafile = path.join(folder, 'modules.json');
  const outcome = await run(
    process.execPath,
    [
      path.join(root, 'node_modules', 'esbuild', 'bin', 'esbuild'),
      path.join(root, PAGE, 'main.tsx'),
      ...['--bundle', '--minify', '--format=esm', '--platform=browser', '--target=es2022'],
      ...['--jsx=automatic', '--jsx-import-source=preact', '--sourcemap=external', '--sources-content=false'],
      ...['--entry-names=page-[hash]', '--log-level=warning', '--legal-comments=none'],
      ...[`--metafile=${metafile}`, `--outdir=${folder}`],
    ],
    { cwd: root, timeoutMs: 5 * 60_000 },
  );
  if (!outcome.ok) throw new BuildProblem(`the dashboard's page cannot be bundled:\n${outcome.output}`);
  const built = Object.keys(JSON.parse(readFileSync(metafile, 'utf8')).outputs).map((file) =>
    path.basename(file),
  );
  const named = (/** @type {string} */ extension) => {
    const file = built.find((name) => name.endsWith(extension));
    if (file === undefined) throw new BuildProblem(`the dashboard's page has no file *${extension}`);
    return file;
  };
  const html = readFileSync(path.join(root, PAGE, 'index.html'), 'utf8')
    .replace('page.js', named('.js'))
    .replace('page.css', named('.css'));
  writeFileSync(path.join(folder, 'index.html'), html);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildDashboardPage(programRoot);
