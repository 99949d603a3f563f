import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { packageRoot } from '../../../data/store/package-root.js';
import { prepareCache } from '../../../temporal-config/setup/cache.mjs';
import { SetupProblem } from '../../../temporal-config/setup/problem.mjs';
import { needCompiler } from '../../../temporal-config/setup/tensorflow-binding.mjs';
import { checkTensorFlow } from '../../../temporal-config/setup/tensorflow-probe.mjs';
import { needPip } from '../../../temporal-config/setup/tensorflow-wheel.mjs';
import { provideTensorFlow } from '../../../temporal-config/setup/tensorflow.mjs';
import { rejection } from '../../support/rejection.js';

describe("TensorFlow's native library", function () {
  this.timeout(60_000);
  let folder: string;
  const { PATH } = process.env;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-tf-'));
    process.env['PATH'] = path.join(folder, 'bin');
    mkdirSync(path.join(folder, 'bin'));
  });
  afterEach(() => {
    process.env['PATH'] = PATH;
    rmSync(folder, { recursive: true });
  });

  const program = (name: string, script: string): void => {
    const file = path.join(folder, 'bin', name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  };

  it('names a missing compiler, a missing Python and a missing pip with their remedies', async () => {
    expect(() => needCompiler()).to.throw(SetupProblem, /apt install g\+\+/);
    const noPython = await rejection(needPip(), SetupProblem);
    expect(noPython.message).to.include('Python 3');
    program('python3', 'exit 1');
    const noPip = await rejection(needPip(), SetupProblem);
    expect(noPip.message).to.include('python3-pip');
  });

  it('says what pip said when it cannot be fetched, and leaves nothing behind', async function () {
    if (process.platform !== 'linux') return this.skip();
    program('g++', 'exit 0');
    program(
      'python3',
      `case "$*" in *--version*) exit 0;; esac; echo 'no matching distribution' >&2; exit 1`,
    );
    const root = path.join(folder, 'clone');
    const tfjs = path.join('node_modules', '@tensorflow', 'tfjs-node-gpu');
    mkdirSync(path.join(root, path.dirname(tfjs)), { recursive: true });
    symlinkSync(path.join(packageRoot, tfjs), path.join(root, tfjs));
    const cache = path.join(folder, 'cache');
    prepareCache(cache);
    const error = await rejection(provideTensorFlow(cache, root), SetupProblem);
    expect(error.message).to.include('no matching distribution');
  });

  it('is judged by running it: a clone without one is told from one with it', async () => {
    const bare = await checkTensorFlow(folder);
    expect(bare.ok).to.equal(false);
    if (!bare.ok) expect(bare.problem).to.include('tfjs-node-gpu');
  });
});
