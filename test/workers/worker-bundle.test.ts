import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { WORKER_ENTRY } from '../../client/embedded/embedded.js';
import { packageRoot } from '../../data/store/package-root.js';
import { bundleWorkers, workerBundle } from '../../scripts/setup/worker-bundle.mjs';
import { bundleTexts, loadedWith } from '../support/bundle-modules.js';

const BUNDLE = workerBundle(packageRoot);

describe('the bundle of the workers', () => {
  it('is the one that the compiled modules give, and what workers are started from', async function () {
    this.timeout(300_000);
    const folder = mkdtempSync(path.join(os.tmpdir(), 'gurukul-bundle-'));
    try {
      await bundleWorkers(packageRoot, folder);
      const [built, made] = [bundleTexts(BUNDLE), bundleTexts(folder)];
      expect(Object.keys(built).sort()).to.deep.equal(Object.keys(made).sort());
      expect(Object.keys(made).filter((name) => made[name] !== built[name])).to.deep.equal([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
    const isMeasured = process.env['NODE_V8_COVERAGE'] !== undefined;
    expect(WORKER_ENTRY).to.equal(
      path.join(isMeasured ? path.join(packageRoot, 'dist', 'workers') : BUNDLE, 'main.js'),
    );
  });

  it('loads no provider, no tracing and no copy of Temporal for a worker', () => {
    const { modules } = loadedWith(BUNDLE, 'dist/workers/main.js');
    const foreign = /node_modules\/@temporalio|tensor\/backend|undici|opentelemetry/;
    expect(modules.filter((module) => foreign.test(module))).to.deep.equal([]);
    expect(modules).to.include('@temporalio/worker');
  });

  it('loads nothing of Temporal for a thread and for a trainer', () => {
    for (const program of ['pool/thread.js', 'trainer/child.js']) {
      const { modules } = loadedWith(BUNDLE, `dist/workers/${program}`);
      expect(
        modules.filter((module) => module.includes('@temporalio')),
        program,
      ).to.deep.equal([]);
    }
  });

  it('loads TensorFlow for a trainer alone', () => {
    const loads = ['main.js', 'pool/thread.js', 'trainer/child.js'].map((program) => {
      const { modules } = loadedWith(BUNDLE, `dist/workers/${program}`);
      return [program, modules.some((module) => module.endsWith('activities/model/tensorflow.js'))];
    });
    expect(loads).to.deep.equal([
      ['main.js', false],
      ['pool/thread.js', false],
      ['trainer/child.js', true],
    ]);
  });

  it('answers as its modules do', () => {
    const said = ['worker-bundle', 'workers'].map((folder) => {
      const program = path.join(packageRoot, 'dist', folder, 'main.js');
      const { status, stderr } = spawnSync(process.execPath, [program, '--role', 'nope'], {
        encoding: 'utf8',
      });
      return { status, stderr };
    });
    expect(said[0]).to.deep.equal(said[1]);
    expect(said[0]).to.have.property('status', 2);
  });
});
