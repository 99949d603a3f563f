import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { compiledRoot } from '../data/store/package-root.js';

/** Where the build puts the programs of workers with all of their modules in few files: they start in half the time. */
const BUNDLE = path.join(compiledRoot, 'worker-bundle');
const MODULES = path.join(compiledRoot, 'workers');
const isBundled = fileURLToPath(import.meta.url).startsWith(`${BUNDLE}${path.sep}`);

/** A program of the workers' own processes and threads. */
type WorkerProgram = 'main.js' | 'pool/thread.js' | 'trainer/child.js';

/** The file of a program that belongs to the one that runs: what a bundled worker starts is bundled too. */
export function programFile(program: WorkerProgram): string {
  return path.join(isBundled ? BUNDLE : MODULES, program);
}
