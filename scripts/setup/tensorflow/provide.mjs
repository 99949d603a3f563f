// @ts-check
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import path from 'node:path';

import { TENSORFLOW } from '../../shared/pins.mjs';
import { inTemporaryFolder, needSpace } from '../../shared/cache.mjs';
import { withLock } from '../../shared/lock.mjs';
import { SetupProblem, messageOf } from '../../shared/problem.mjs';
import { longStep, say } from '../../shared/report.mjs';
import { addCudaLibraries, cudaFolder, hasNvidiaDevice, whyNoDevice } from './cuda.mjs';
import { compileBinding, needCompiler } from './binding.mjs';
import { checkTensorFlow } from './probe.mjs';
import { fetchLibrary, wheelFor } from './library.mjs';
import { needPip } from './wheels.mjs';

/**
 * @typedef {'cpu' | 'cuda'} Flavour
 *
 * @typedef {object} NativeTensorFlow
 * @property {string} folder In the cache: deps/lib and lib/napi-v8.
 * @property {Flavour} flavour
 * @property {string} libraryVersion
 * @property {boolean} gpu Whether TensorFlow sees a GPU.
 * @property {string} [noGpu] Why it sees none, where there is a device.
 */

/** @param {string} root */
export const tfjsPackage = (root) => path.join(root, 'node_modules', '@tensorflow', 'tfjs-node-gpu');

/**
 * Where the library and its binding lie for this machine.
 * @param {string} cache
 * @param {string} root
 * @param {Flavour} flavour
 * @returns {string}
 */
export function nativeFolder(cache, root, flavour) {
  const tfjs = JSON.parse(readFileSync(path.join(tfjsPackage(root), 'package.json'), 'utf8')).version;
  const key = `${process.platform}-${process.arch}-tfjs${tfjs}-tf${TENSORFLOW.version}-${flavour}`;
  return path.join(cache, 'tensorflow', key);
}

/**
 * Fetches TensorFlow's native library and builds its binding, then links both into the package. With an
 * NVIDIA device the CUDA library is tried first.
 * @param {string} cache
 * @param {string} root
 * @returns {Promise<NativeTensorFlow>}
 * @throws {SetupProblem} With the reason when that fails: WebAssembly runs the same code, slower.
 */
export async function provideTensorFlow(cache, root) {
  /** @type {Flavour[]} */
  const flavours = hasNvidiaDevice() ? ['cuda', 'cpu'] : ['cpu'];
  /** @type {string[]} */
  const failures = [];
  for (const flavour of flavours) {
    try {
      return await provideFlavour(cache, root, flavour);
    } catch (error) {
      failures.push(flavours.length > 1 ? `${flavour}: ${messageOf(error)}` : messageOf(error));
    }
  }
  throw new SetupProblem(failures.join('\n'));
}

/**
 * @param {string} cache
 * @param {string} root
 * @param {Flavour} flavour
 * @returns {Promise<NativeTensorFlow>}
 */
async function provideFlavour(cache, root, flavour) {
  const folder = nativeFolder(cache, root, flavour);
  const lock = path.join(cache, 'locks', `${path.basename(folder)}.lock`);
  return withLock(lock, "building TensorFlow's native library", say, async () => {
    if (existsSync(folder)) {
      linkInto(root, folder);
      const kept = await checkTensorFlow(root);
      if (kept.ok) return withDevice(cache, root, folder, flavour, kept);
      const aside = `${folder}.damaged-${Date.now()}`;
      renameSync(folder, aside);
      say(
        `the cached TensorFlow library does not run (${kept.problem}); moved to ${aside}, building it again`,
      );
    }
    await inTemporaryFolder(cache, (temporary) => build(cache, root, flavour, temporary, folder));
    linkInto(root, folder);
    const fresh = await checkTensorFlow(root);
    if (fresh.ok) return withDevice(cache, root, folder, flavour, fresh);
    rmSync(folder, { recursive: true, force: true });
    throw new SetupProblem(`TensorFlow's native library was built but does not run: ${fresh.problem}`);
  });
}

/**
 * A library that runs, with CUDA's own libraries where it needs them to use the device.
 * @param {string} cache
 * @param {string} root
 * @param {string} folder
 * @param {Flavour} flavour
 * @param {Extract<import('./probe.mjs').Verdict, { ok: true }>} verdict
 * @returns {Promise<NativeTensorFlow>}
 */
async function withDevice(cache, root, folder, flavour, { libraryVersion, gpu, printed }) {
  const found = { folder, flavour, libraryVersion, gpu };
  if (gpu || flavour === 'cpu') return found;
  const { librariesMissing, reason } = whyNoDevice(printed);
  if (!librariesMissing || existsSync(cudaFolder(folder))) return { ...found, noGpu: reason };
  try {
    await addCudaLibraries(cache, folder);
  } catch (error) {
    if (!(error instanceof SetupProblem)) throw error;
    return { ...found, noGpu: `${reason}, and ${messageOf(error)}` };
  }
  const again = await checkTensorFlow(root);
  if (!again.ok) return { ...found, noGpu: again.problem };
  return again.gpu ? { ...found, gpu: true } : { ...found, noGpu: whyNoDevice(again.printed).reason };
}

/**
 * @param {string} cache
 * @param {string} root
 * @param {Flavour} flavour
 * @param {string} temporary
 * @param {string} folder
 */
async function build(cache, root, flavour, temporary, folder) {
  const wheel = wheelFor(flavour);
  const compiler = needCompiler();
  const python = await needPip();
  needSpace(cache, flavour === 'cuda' ? 3000 : 1200, "TensorFlow's native library");
  const made = path.join(temporary, 'made');
  const include = await fetchLibrary({ python, wheel, temporary, lib: path.join(made, 'deps', 'lib') });
  await longStep("compiling TensorFlow's binding", '10 s', () =>
    compileBinding({ compiler, root, include, made }),
  );
  mkdirSync(path.dirname(folder), { recursive: true });
  renameSync(made, folder);
}

/**
 * Points the package's deps/ and lib/ to the cache.
 * @param {string} root
 * @param {string} folder
 */
function linkInto(root, folder) {
  for (const name of ['deps', 'lib']) {
    const link = path.join(tfjsPackage(root), name);
    const target = path.join(folder, name);
    if (linksTo(link, target)) continue;
    rmSync(link, { recursive: true, force: true });
    symlinkSync(target, link, 'dir');
  }
}

/**
 * Whether the package is linked to a finished library.
 * @param {string} root
 * @param {string} folder
 * @returns {boolean}
 */
export function isLinked(root, folder) {
  return ['deps', 'lib'].every((name) =>
    linksTo(path.join(tfjsPackage(root), name), path.join(folder, name)),
  );
}

/**
 * @param {string} link
 * @param {string} target
 */
function linksTo(link, target) {
  try {
    return lstatSync(link).isSymbolicLink() && realpathSync(link) === realpathSync(target);
  } catch {
    return false;
  }
}
