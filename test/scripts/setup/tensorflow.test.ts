import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { packageRoot } from '../../../data/store/package-root.js';
import { CUDA, TENSORFLOW } from '../../../scripts/shared/pins.mjs';
import { prepareCache } from '../../../scripts/shared/cache.mjs';
import { whyNoDevice } from '../../../scripts/setup/tensorflow/cuda.mjs';
import { SetupProblem } from '../../../scripts/shared/problem.mjs';
import { needCompiler } from '../../../scripts/setup/tensorflow/binding.mjs';
import { checkTensorFlow } from '../../../scripts/setup/tensorflow/probe.mjs';
import { provideTensorFlow } from '../../../scripts/setup/tensorflow/provide.mjs';
import { needPip } from '../../../scripts/setup/tensorflow/wheels.mjs';
import { rejection } from '../../support/rejection.js';

describe("TensorFlow's native library", function () {
  this.timeout(300_000);
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

  it('reports the message of pip when it cannot be fetched, and leaves nothing behind', async function () {
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

  it('is checked by running it: a clone without one is recognised', async () => {
    const bare = await checkTensorFlow(folder);
    expect(bare.ok).to.equal(false);
    if (!bare.ok) expect(bare.problem).to.include('tfjs-node-gpu');
  });

  it('with CUDA gets missing CUDA libraries from pip, and then uses the device', async function () {
    if (process.platform !== 'linux' || process.arch !== 'x64') return this.skip();
    const { root, cache } = madeUpDevice();
    const native = await provideTensorFlow(cache, root);
    expect(native).to.include({ flavour: 'cuda', libraryVersion: '0', gpu: true });
    expect(native.noGpu).to.equal(undefined);
    for (const file of CUDA.wanted) expect(existsSync(path.join(native.folder, file)), file).to.equal(true);
    const fetched = readFileSync(path.join(folder, 'fetched'), 'utf8').trim().split('\n');
    expect(fetched).to.deep.equal([
      `tensorflow==${TENSORFLOW.version}`,
      ...CUDA.wheels.map(({ distribution, version }) => `${distribution}==${version}`),
    ]);
    expect(readdirSync(path.join(cache, 'tmp'))).to.deep.equal([]);
    // What is there is not fetched again.
    expect(await provideTensorFlow(cache, root)).to.deep.equal(native);
    expect(readFileSync(path.join(folder, 'fetched'), 'utf8').trim().split('\n')).to.deep.equal(fetched);
  });

  it('with CUDA runs on the CPU where they cannot be fetched, and says what is missing and why', async function () {
    if (process.platform !== 'linux' || process.arch !== 'x64') return this.skip();
    const { root, cache } = madeUpDevice('nvidia-cufft');
    const native = await provideTensorFlow(cache, root);
    expect(native).to.include({ flavour: 'cuda', gpu: false });
    expect(native.noGpu)
      .to.include('libraries of CUDA 12.2 are missing (libcublas.so.12, libcudnn.so.8)')
      .and.to.include('pip could not fetch it: no matching distribution for nvidia-cufft');
  });

  it('reports why it uses no device where no library is missing', () => {
    const cannot = 'failed call to cuInit: CUDA_ERROR_SYSTEM_NOT_READY: system not yet initialized';
    expect(whyNoDevice(`E cuda_driver.cc:274] ${cannot}`, {})).to.deep.equal({
      librariesMissing: false,
      reason: "NVIDIA's driver refuses: CUDA_ERROR_SYSTEM_NOT_READY: system not yet initialized",
    });
    expect(whyNoDevice('', { CUDA_VISIBLE_DEVICES: '' }).reason).to.include('CUDA_VISIBLE_DEVICES is ""');
    expect(whyNoDevice('', {}).reason).to.include('see nvidia-smi');
  });

  /**
   * A clone on a machine with a device and without CUDA: programs that do as pip and the compiler do, and a
   * package in TensorFlow's stead, which sees the device when cuBLAS lies where TensorFlow looks for it.
   *
   * @param unknown A distribution that pip does not find.
   */
  function madeUpDevice(unknown = 'none'): { root: string; cache: string } {
    const [root, cache] = [path.join(folder, 'clone'), path.join(folder, 'cache')];
    const tfjs = path.join(root, 'node_modules', '@tensorflow', 'tfjs-node-gpu');
    mkdirSync(path.join(root, 'node_modules', 'node-api-headers', 'include'), { recursive: true });
    mkdirSync(tfjs, { recursive: true });
    writeFileSync(path.join(tfjs, 'package.json'), '{"version": "0", "main": "index.cjs"}');
    writeFileSync(
      path.join(tfjs, 'index.cjs'),
      `const gpu = require('node:fs').existsSync(require('node:fs').realpathSync(__dirname + '/deps') + '/../nvidia/cublas/lib/libcublas.so.12');
      if (!gpu) for (const name of ['libcublas.so.12', 'libcudnn.so.8'])
        console.error("I dso_loader.cc:63] Could not load dynamic library '" + name + "'; dlerror: no such file");
      if (!gpu) console.error('W gpu_device.cc:2256] Cannot dlopen some GPU libraries.');
      exports.tensor2d = () => 0;
      exports.matMul = () => ({ dataSync: () => [11] });
      exports.backend = () => ({ binding: { TF_Version: '0' }, isUsingGpuDevice: gpu });`,
    );
    process.env['PATH'] = `${path.join(folder, 'bin')}:${PATH ?? ''}`;
    program('nvidia-smi', 'exit 0');
    program('g++', 'exit 0');
    program(
      'python3',
      `if [ "$1" = -c ]; then
        target=$4; shift 4
        for name; do case $name in
          */) mkdir -p "$target/$name";;
          *) mkdir -p "$target/\${name%/*}"; : > "$target/$name";;
        esac; done
        exit 0
      fi
      case "$*" in *--version*) exit 0;; esac
      while [ "$1" != --dest ]; do shift; done
      if grep -q ${unknown} "$4"; then echo 'no matching distribution for ${unknown}' >&2; exit 1; fi
      while read -r wheel hash; do
        echo "$wheel" >> ${path.join(folder, 'fetched')}
        : > "$2/$wheel.whl"
      done < "$4"`,
    );
    prepareCache(cache);
    return { root, cache };
  }
});
