// @ts-check
import path from 'node:path';

import { cacheRoot, prepareCache } from '../shared/cache.mjs';
import { run } from '../shared/command.mjs';
import { SetupProblem } from '../shared/problem.mjs';
import { programRoot } from '../shared/root.mjs';
import { provideNode } from './node-binary.mjs';
import { smokeReport } from './report.mjs';
import { runOnNode } from './run-on-node.mjs';

/**
 * `npm run smoke:node`: a small whole run of the built product on each Node.js that it supports, and whether
 * the bundles are the same. `npm run smoke:node -- 22 24` runs on these alone.
 */

const MAJORS = [20, 22, 24];
const TIMEOUT_MS = 15 * 60_000;

/**
 * @param {readonly string[]} args
 * @returns {Promise<boolean>}
 */
async function main(args) {
  const wrong = args.filter((arg) => !/^[1-9]\d$/.test(arg));
  if (wrong.length > 0)
    throw new SetupProblem(`${wrong.join(', ')}: name major versions of Node.js, such as 22 24`);
  const cache = cacheRoot();
  prepareCache(cache);
  const entry = path.join(programRoot, 'dist', 'client-bundle', 'main.js');
  const results = [];
  for (const major of args.length > 0 ? args.map(Number) : MAJORS) {
    const program = await provideNode(cache, major);
    const version = (await run(program, ['--version'])).output;
    process.stdout.write(`a run on Node.js ${version} …\n`);
    results.push(await runOnNode({ program, version }, entry, TIMEOUT_MS));
  }
  const { ok, text } = smokeReport(results);
  process.stdout.write(`${text}\n`);
  return ok;
}

try {
  if (!(await main(process.argv.slice(2)))) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof SetupProblem)) throw error;
  process.stderr.write(`smoke:node: ${error.message}\n`);
  process.exitCode = 2;
}
