import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { packageRoot } from '../../data/store/package-root.js';
import { bundleClient, clientBundle } from '../../scripts/setup/client-bundle.mjs';
import { bundleTexts, loadedWith } from '../support/bundle-modules.js';

const BUNDLE = clientBundle(packageRoot);
/** What `--help` and a usage error load; commander is half of it. */
const HELP_BUDGET_BYTES = 208 * 1024;
/** What `status` and `list` load: 3 MB of it are the messages of Temporal's protocol. */
const STATUS_BUDGET_BYTES = 5 * 1024 * 1024;

describe('the bundle of the command line', () => {
  it('is the one that the compiled modules give', async function () {
    this.timeout(300_000);
    const folder = mkdtempSync(path.join(os.tmpdir(), 'gurukul-bundle-'));
    try {
      await bundleClient(packageRoot, folder);
      const [built, made] = [bundleTexts(BUNDLE), bundleTexts(folder)];
      expect(Object.keys(built).sort()).to.deep.equal(Object.keys(made).sort());
      expect(Object.keys(made).filter((name) => made[name] !== built[name])).to.deep.equal([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('loads commander and our own flags for help and usage errors, and no more', () => {
    const { bytes, modules } = loadedWith(BUNDLE, 'dist/client/cli/main.js');
    const libraries = modules.filter((module) => module.includes('node_modules/'));
    expect(libraries.filter((module) => !module.startsWith('node_modules/commander/'))).to.deep.equal([]);
    expect(libraries).not.to.deep.equal([]);
    expect(modules.filter((module) => module.includes('/verbs/'))).to.deep.equal([]);
    expect(bytes).to.be.below(HELP_BUDGET_BYTES);
  });

  for (const verb of ['status', 'list'])
    it(`loads no worker, no model and no provider for ${verb}`, () => {
      const { bytes, modules } = loadedWith(BUNDLE, `dist/client/cli/verbs/${verb}.js`);
      const foreign = /@temporalio\/(worker|core-bridge)|tensorflow|undici|yahoo-finance2|hyparquet|d3-scale/;
      expect(modules.filter((module) => foreign.test(module))).to.deep.equal([]);
      expect(bytes).to.be.below(STATUS_BUDGET_BYTES);
    });
});
