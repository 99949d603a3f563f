import { constants } from 'node:fs';
import { access, mkdir, statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';

import { errorMessage } from '../data/errors.js';
import { readLog } from '../data/decisions/decision-log.js';
import { shellWord } from '../data/text/shell-word.js';
import type { Home } from '../data/store/home.js';
import { openFiles } from '../data/store/open-files.js';
import { openFolders } from '../data/store/open-folders.js';
import { connectClient } from './connection.js';
import { checkPolicies, checkReviews } from './examine-releases.js';
import { checkStore } from './examine-store.js';
import { NODE_MINIMUM } from '../scripts/shared/pins.mjs';
import { isPortFree } from './ports.js';
import type { ServerRecord } from './server-record.js';
import { answers, readServerRecord } from './server-record.js';
import { isBuilt } from '../scripts/setup/build.mjs';
import { cacheRoot } from '../scripts/shared/cache.mjs';
import { onPath, run } from '../scripts/shared/command.mjs';
import { hasNvidiaDevice, whyNoDevice } from '../scripts/setup/tensorflow/cuda.mjs';
import { isAlive } from '../scripts/shared/lock.mjs';
import { packagesKey } from '../scripts/setup/packages.mjs';
import { readRecord } from '../scripts/setup/record.mjs';
import { findTemporalCli as searchTemporalCli } from '../scripts/setup/temporal-cli/provide.mjs';
import { checkTensorFlow } from '../scripts/setup/tensorflow/probe.mjs';

/** The check of one thing that a run needs. */
export interface Check {
  readonly name: string;
  /** A warning does not keep a run from working; a problem does. */
  readonly status: 'ok' | 'warning' | 'problem';
  /** What was found. */
  readonly detail: string;
  /** How to fix it, where there is something to fix. */
  readonly remedy?: string;
}

export interface DoctorOptions {
  readonly home: Home;
  readonly packageRoot: string;
}

const SETUP = 'run `npm run setup`';
const PORTS = [7233, 8233];
const LOW_DISK_GB = 2;
const NO_DISK_GB = 0.2;

/** Checks the machine: programs, libraries, devices, ports, folders. Changes nothing but empty folders, and a key of a store in a bucket that is gone afterwards. */
export async function runDoctor(options: DoctorOptions): Promise<Check[]> {
  const checks = await Promise.all([
    checkCli(),
    checkTensors(options),
    checkDevices(),
    checkServer(options),
    ...PORTS.map((port) => checkPort(options, port)),
    checkFolder('home', options.home.root, 'GURUKUL_HOME'),
    checkFolder('cache', cacheRoot(), 'GURUKUL_CACHE'),
    ...checkStore(options.home, process.env),
    checkPolicies(options),
    checkDecisions(options),
    checkReviews(options),
    ...checkConfiguredServer(options),
  ]);
  return [
    checkNode(),
    checkPackages(options),
    checkProgram(options),
    checkOpenFolders(options),
    checkOpenFiles(options),
    ...checks,
  ];
}

function checkNode(): Check {
  const { node } = process.versions;
  const have = node.split('.').map(Number);
  const need = NODE_MINIMUM.split('.').map(Number);
  const difference = have.map((part, index) => part - (need[index] ?? 0)).find((part) => part !== 0) ?? 0;
  return difference >= 0
    ? ok('Node.js', `${node} on ${process.platform} ${process.arch}`)
    : problem('Node.js', node, `install Node.js ${NODE_MINIMUM} or newer`);
}

function checkPackages({ packageRoot }: DoctorOptions): Check {
  const installed = readRecord(packageRoot)?.packages;
  if (installed === undefined) return warning('packages', 'installed without set-up', SETUP);
  return installed === packagesKey(packageRoot)
    ? ok('packages', 'as in package-lock.json')
    : problem('packages', 'not those of package-lock.json', SETUP);
}

function checkProgram({ packageRoot }: DoctorOptions): Check {
  return isBuilt(packageRoot)
    ? ok('program', 'compiled from the sources as they are')
    : warning('program', 'the sources have changed since it was compiled', 'run `npm run build`');
}

async function checkCli(): Promise<Check> {
  try {
    const found = await searchTemporalCli(cacheRoot());
    if (found === undefined) return problem('Temporal CLI', 'not found', SETUP);
    const version = found.version.replace('temporal version ', '');
    return ok('Temporal CLI', `${version} at ${found.path} (from ${found.source})`);
  } catch (error) {
    return problem('Temporal CLI', errorMessage(error), 'point TEMPORAL_CLI_PATH elsewhere, or unset it');
  }
}

async function checkTensors({ packageRoot }: DoctorOptions): Promise<Check> {
  const verdict = await checkTensorFlow(packageRoot);
  if (verdict.ok) {
    const { libraryVersion, gpu, printed } = verdict;
    const found = `native library ${libraryVersion} on the ${gpu ? 'GPU' : 'CPU'}`;
    if (gpu || !hasNvidiaDevice()) return ok('TensorFlow', found);
    const installed = readRecord(packageRoot)?.tensorflow;
    const withoutCuda =
      installed !== undefined && 'native' in installed && installed.native.flavour === 'cpu';
    const { librariesMissing, reason } = withoutCuda
      ? { librariesMissing: true, reason: 'the installed library has no CUDA support' }
      : whyNoDevice(printed);
    return warning(
      'TensorFlow',
      `${found}, though there is an NVIDIA device: ${reason}`,
      librariesMissing ? SETUP : 'fix that, or train on the CPU',
    );
  }
  const tensorflow = readRecord(packageRoot)?.tensorflow;
  const reason = tensorflow !== undefined && 'reason' in tensorflow ? tensorflow.reason : verdict.problem;
  return warning('TensorFlow', `WebAssembly, slower; no native library: ${reason}`, SETUP);
}

async function checkDevices(): Promise<Check> {
  const program = onPath('nvidia-smi');
  if (program === undefined) return ok('devices', 'no NVIDIA device; training on the CPU');
  const listed = await run(program, ['--list-gpus'], { timeoutMs: 20_000 });
  if (listed.ok)
    return ok('devices', listed.output.replaceAll(/ \(UUID: [^)]*\)/g, '').replaceAll('\n', '; '));
  return warning('devices', `nvidia-smi fails: ${listed.output}`, "fix NVIDIA's driver, or train on the CPU");
}

async function checkServer({ home }: DoctorOptions): Promise<Check> {
  const name = 'embedded server';
  const record = await recordOf(home);
  if (record === undefined) return ok(name, 'not running');
  if (record.host !== hostname())
    return problem(
      name,
      `this home is in use by process ${record.pid} on ${record.host}`,
      `end it there; if it is gone, delete ${home.temporalServer()}`,
    );
  if (!isAlive(record)) return ok(name, 'not running (it left a stale record, which is ignored)');
  if (await answers(record.port))
    return ok(name, `process ${record.pid} on port ${record.port}, Web UI on port ${record.uiPort}`);
  return problem(name, `process ${record.pid} does not answer on port ${record.port}`, `kill ${record.pid}`);
}

/** A home that cannot be read is another check's problem. */
async function recordOf(home: Home): Promise<ServerRecord | undefined> {
  return readServerRecord(home).catch(() => undefined);
}

async function checkPort({ home }: DoctorOptions, port: number): Promise<Check> {
  const name = `port ${port}`;
  if (await isPortFree(port)) return ok(name, 'free');
  const record = await recordOf(home);
  const ours = record !== undefined && isAlive(record) && [record.port, record.uiPort].includes(port);
  if (ours) return ok(name, 'the embedded server');
  return warning(name, 'in use by another program', 'none needed: the next free port is taken');
}

/** Whether other users of the machine can replace files of the home. */
function checkOpenFolders({ home }: DoctorOptions): Check {
  const name = 'home, other users';
  const problems = openFolders(home);
  if (problems.length === 0) return ok(name, 'cannot write to it');
  const parts = problems.map((text) => text.split('. Run: '));
  const details = parts.map(([detail]) => detail);
  const remedies = parts.map(([, remedy]) => remedy);
  return problem(name, details.join('; '), `run: ${remedies.join(' && ')}`);
}

/** Whether other users of the machine can open files that are for their owner alone. */
function checkOpenFiles({ home }: DoctorOptions): Check {
  const name = 'private files';
  const open = openFiles(home);
  if (open.length === 0) return ok(name, 'for their owner alone');
  const folders = [...new Set(open.map(({ folder }) => folder))];
  const close = `chmod -R go-rwx ${folders.map(shellWord).join(' ')}`;
  return warning(
    name,
    `other users of this machine can open ${open.length} in ${folders.join(', ')}`,
    open.every(({ own }) => own)
      ? `the next start of a worker closes them; at once: ${close}`
      : `as their owner, run: ${close}`,
  );
}

async function checkFolder(name: string, folder: string, variable: string): Promise<Check> {
  const remedy = `make it writable, or set ${variable} to another folder`;
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    const { bavail, bsize } = await statfs(folder);
    const free = (bavail * bsize) / 1e9;
    const detail = `${path.resolve(folder)}, ${free.toFixed(1)} GB free`;
    const more = `free some space, or set ${variable} to a folder on another disk`;
    if (free < NO_DISK_GB) return problem(name, detail, more);
    return free < LOW_DISK_GB ? warning(name, detail, more) : ok(name, detail);
  } catch (error) {
    return problem(name, `${folder}: ${errorMessage(error)}`, remedy);
  }
}

/** The log of decisions, verified entry by entry. */
async function checkDecisions({ home }: DoctorOptions): Promise<Check> {
  const name = 'decisions';
  try {
    const { decisions, head } = await readLog(home);
    const number = decisions.length;
    if (number === 0) return ok(name, 'none yet');
    return head === undefined
      ? ok(name, `${number}, verified; the loss of the newest is noticed from the next decision on`)
      : ok(name, `${number}, verified`);
  } catch (error) {
    return problem(
      name,
      errorMessage(error),
      'until it is restored, status, list, approve and reject refuse',
    );
  }
}

/** The server that the environment names, where it names one. */
function checkConfiguredServer({ home }: DoctorOptions): Promise<Check>[] {
  const named = ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'].filter(
    (variable) => (process.env[variable] ?? '') !== '',
  );
  if (named.length === 0) return [];
  const name = 'Temporal server';
  const check = async (): Promise<Check> => {
    try {
      const { connection, address, namespace } = await connectClient({ home });
      await connection.close();
      return ok(name, `${address}, namespace ${namespace} (from ${named.join(', ')})`);
    } catch (error) {
      return problem(name, errorMessage(error), `correct ${named.join(', ')}, or unset it`);
    }
  };
  return [check()];
}

function ok(name: string, detail: string): Check {
  return { name, status: 'ok', detail };
}

function warning(name: string, detail: string, remedy: string): Check {
  return { name, status: 'warning', detail, remedy };
}

function problem(name: string, detail: string, remedy: string): Check {
  return { name, status: 'problem', detail, remedy };
}
