import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { expect } from 'chai';

import { compiledRoot } from '../../data/store/package-root.js';

/** Loads a function in a process whose event loop is guarded, and calls it with nothing. */
function calledUnderGuard(module: string, name: string): string {
  const url = (file: string): string => pathToFileURL(path.join(compiledRoot, file)).href;
  const program = `
    const { guardEventLoop } = await import(${JSON.stringify(url('data/event-loop.js'))});
    const { ${name}: work } = await import(${JSON.stringify(url(module))});
    guardEventLoop();
    try { await work({}, {}, {}); console.log('done'); } catch (error) { console.log(error.type + ': ' + error.message); }`;
  return execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
}

describe('what computes for long', () => {
  for (const [module, name] of [
    ['activities/audit/verify.js', 'verifyBundle'],
    ['activities/audit/derived-files.js', 'deriveFiles'],
    ['activities/figures/figures.js', 'computeFigures'],
    ['activities/validate/leakage.js', 'probeLeakageOf'],
    ['activities/market/features/build-feature-table.js', 'buildFeatureTable'],
    ['activities/ingest/ingest-series.js', 'ingestSeries'],
  ] as const)
    it(`refuses to be called in a worker's event loop: ${name}`, () => {
      expect(calledUnderGuard(module, name)).to.equal(
        `Bug: ${name} would hold up the worker's event loop: it belongs into its pool\n`,
      );
    });
});
