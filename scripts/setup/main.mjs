// @ts-check
import { cacheRoot, prepareCache } from '../shared/cache.mjs';
import { withLock } from '../shared/lock.mjs';
import { NODE_MINIMUM } from '../shared/pins.mjs';
import { BuildProblem, SetupProblem, messageOf } from '../shared/problem.mjs';
import { duration, say } from '../shared/report.mjs';
import { programRoot as root } from '../shared/root.mjs';
import { build, isBuilt } from './build.mjs';
import { installPackages, packagesKey } from './packages.mjs';
import { cloneLock, isReady, readRecord, writeRecord } from './record.mjs';
import { provideTemporalCli } from './temporal-cli/provide.mjs';
import { provideTensorFlow } from './tensorflow/provide.mjs';

/**
 * Prepares a clone to run: npm packages, the Temporal CLI, TensorFlow's native library, the
 * compiled program. Idempotent: what is there is kept. It has no dependencies, since it runs before any is installed.
 *
 *   node scripts/setup/main.mjs                    does or checks everything
 *   node scripts/setup/main.mjs --quiet-when-ready returns at once when nothing has changed
 */

/** @param {boolean} quietWhenReady */
async function main(quietWhenReady) {
  needNode();
  const cache = cacheRoot();
  if (quietWhenReady && isReady(root, cache)) {
    if (!isBuilt(root)) await withLock(cloneLock(root, cache), 'compiling', say, () => buildUnlessBuilt());
    return;
  }
  const started = Date.now();
  prepareCache(cache);
  await withLock(cloneLock(root, cache), 'setting up this clone', say, () => setUp(cache));
  say(`ready in ${duration(Date.now() - started)}`);
}

/** @param {string} cache */
async function setUp(cache) {
  const packages = packagesKey(root);
  if (readRecord(root)?.packages === packages) say('npm packages: installed');
  else await installPackages(root);
  // npm ci empties node_modules, so the record of this moment holds the packages alone.
  writeRecord(root, { packages });

  const temporalCli = await provideTemporalCli(cache);
  say(`Temporal CLI: ${temporalCli.path} (${temporalCli.version.replace('temporal version ', '')})`);

  const tensorflow = await tensorFlowOrReason(cache);
  writeRecord(root, { packages, cache, temporalCli, tensorflow });
  await buildUnlessBuilt();
}

/**
 * @param {string} cache
 * @returns {Promise<import('./record.mjs').TensorFlowRecord>}
 */
async function tensorFlowOrReason(cache) {
  try {
    const native = await provideTensorFlow(cache, root);
    say(`TensorFlow: native library ${native.libraryVersion}, ${native.gpu ? 'GPU' : 'CPU'}`);
    if (native.noGpu !== undefined)
      say(`  there is an NVIDIA device, but TensorFlow does not use it: ${native.noGpu}`);
    return { native };
  } catch (error) {
    if (!(error instanceof SetupProblem)) throw error;
    say(`TensorFlow: no native library: ${error.message}`);
    say('  continuing with WebAssembly, which runs the same code 7 to 8 times slower');
    say('  once that is fixed, run `npm run setup` again');
    return { reason: error.message };
  }
}

async function buildUnlessBuilt() {
  if (!isBuilt(root)) await build(root);
}

function needNode() {
  const parts = (/** @type {string} */ version) => version.split('.').map(Number);
  const [major = 0, minor = 0] = parts(process.versions.node);
  const [needMajor = 0, needMinor = 0] = parts(NODE_MINIMUM);
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return;
  throw new SetupProblem(
    `Node.js ${process.versions.node} is too old: ${NODE_MINIMUM} or newer is needed (https://nodejs.org)`,
  );
}

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.once(signal, () => process.exit(signal === 'SIGINT' ? 130 : 143));

try {
  await main(process.argv.includes('--quiet-when-ready'));
} catch (error) {
  if (!(error instanceof SetupProblem || error instanceof BuildProblem)) throw error;
  process.stderr.write(`gurukul set-up stopped:\n${messageOf(error)}\n`);
  process.exitCode = error instanceof BuildProblem ? 1 : 2;
}
