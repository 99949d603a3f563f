import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import { packageRoot } from '../../data/store/package-root.js';
import { bundleClient, clientBundle } from '../../scripts/setup/client-bundle.mjs';

const BUNDLE = clientBundle(packageRoot);
/** What `--help` and a usage error load; commander is half of it. */
const HELP_BUDGET_BYTES = 200 * 1024;
/** What `status` and `list` load: 3 MB of it are the messages of Temporal's protocol. */
const STATUS_BUDGET_BYTES = 5 * 1024 * 1024;

const metafileSchema = z.object({
  outputs: z.record(
    z.string(),
    z.object({
      bytes: z.number(),
      entryPoint: z.string().optional(),
      inputs: z.record(z.string(), z.unknown()),
      imports: z.array(z.object({ path: z.string(), kind: z.string(), external: z.boolean().optional() })),
    }),
  ),
});
type Outputs = z.output<typeof metafileSchema>['outputs'];

/** The files that are loaded with a module of ours, without those that are imported later. */
function loadedWith(entryPoint: string): { readonly bytes: number; readonly modules: readonly string[] } {
  const { outputs } = metafileSchema.parse(
    JSON.parse(readFileSync(path.join(BUNDLE, 'modules.json'), 'utf8')),
  );
  const [start] = Object.entries(outputs).find(([, output]) => output.entryPoint === entryPoint) ?? [];
  if (start === undefined) throw new Error(`${entryPoint} is no entry of the bundle`);
  const files = reach(outputs, start, new Set());
  const found = [...files].map((file) => outputs[file]).filter((output) => output !== undefined);
  return {
    bytes: found.reduce((sum, { bytes }) => sum + bytes, 0),
    modules: found.flatMap(({ inputs, imports }) => [
      ...Object.keys(inputs),
      ...imports.filter(({ kind }) => kind === 'import-statement').map((one) => one.path),
    ]),
  };
}

function reach(outputs: Outputs, file: string, seen: Set<string>): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const { path: next, kind, external } of outputs[file]?.imports ?? [])
    if (kind === 'import-statement' && external !== true) reach(outputs, next, seen);
  return seen;
}

/** Text of every file of a bundle, by name. */
function filesOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.js'),
  );
  return Object.fromEntries(names.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));
}

describe('the bundle of the command line', () => {
  it('is the one that the compiled modules give', async function () {
    this.timeout(60_000);
    const folder = mkdtempSync(path.join(os.tmpdir(), 'gurukul-bundle-'));
    try {
      await bundleClient(packageRoot, folder);
      const [built, made] = [filesOf(BUNDLE), filesOf(folder)];
      expect(Object.keys(built).sort()).to.deep.equal(Object.keys(made).sort());
      expect(Object.keys(made).filter((name) => made[name] !== built[name])).to.deep.equal([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('loads commander and our own flags for help and usage errors, and no more', () => {
    const { bytes, modules } = loadedWith('dist/client/cli/main.js');
    const libraries = modules.filter((module) => module.includes('node_modules/'));
    expect(libraries.filter((module) => !module.startsWith('node_modules/commander/'))).to.deep.equal([]);
    expect(libraries).not.to.deep.equal([]);
    expect(modules.filter((module) => module.includes('/verbs/'))).to.deep.equal([]);
    expect(bytes).to.be.below(HELP_BUDGET_BYTES);
  });

  for (const verb of ['status', 'list'])
    it(`loads no worker, no model and no provider for ${verb}`, () => {
      const { bytes, modules } = loadedWith(`dist/client/cli/verbs/${verb}.js`);
      const foreign = /@temporalio\/(worker|core-bridge)|tensorflow|undici|yahoo-finance2|hyparquet|d3-scale/;
      expect(modules.filter((module) => foreign.test(module))).to.deep.equal([]);
      expect(bytes).to.be.below(STATUS_BUDGET_BYTES);
    });
});
