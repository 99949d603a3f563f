import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import util from 'node:util';

import { tf } from '../../activities/model/tensorflow.js';
import { errorMessage } from '../../data/errors.js';
import { deviceOf, listDevices, onlyDevice } from './devices.js';
import { TENSORFLOW_ENV } from './tensorflow-env.js';

/** What computes the tensors of this process, settled once and recorded in every unit's key. */
export interface BackendInfo {
  /** `tensorflow` is the native C library, `wasm` the WebAssembly fallback. */
  readonly name: 'tensorflow' | 'wasm';
  /** Version of the C library, or of the WebAssembly package. */
  readonly version: string;
  readonly device: 'cpu' | 'gpu';
  /** The GPU's name and driver, which compiles kernels for it: both decide on bits. Null on the CPU. */
  readonly gpu: string | null;
  /** The widest vector instructions of the processor: `avx512`, `avx2`, `avx` or its architecture. */
  readonly instructionSet: string;
  /** All of the above in one identifier: equal ids promise equal bits. */
  readonly id: string;
  /** Why the native library is not used, when it is not. */
  readonly fallbackReason: string | null;
}

const require = createRequire(import.meta.url);
let settled: Promise<BackendInfo> | undefined;

/**
 * Loads the best backend of this machine: the native library (with CUDA where it and a device are
 * there), else WebAssembly. Calling it again gives the same answer.
 *
 * @param wanted `wasm` leaves the native library alone, to compare the two.
 * @throws Error when not even WebAssembly can be loaded.
 */
export function initBackend(wanted: 'best' | 'wasm' = 'best'): Promise<BackendInfo> {
  settled ??= load(wanted);
  return settled;
}

async function load(wanted: 'best' | 'wasm'): Promise<BackendInfo> {
  for (const [name, value] of Object.entries(TENSORFLOW_ENV)) process.env[name] ??= value;
  // Also turns off the banner that TensorFlow.js prints under Node.js.
  tf.enableProdMode();
  const instructionSet = widestInstructionSet();
  let fallbackReason: string;
  try {
    if (wanted === 'wasm') throw new Error('WebAssembly was requested');
    const { version, device } = await loadNative();
    const threads = process.env['TF_NUM_INTRAOP_THREADS'] ?? 'any';
    const gpu = device === 'gpu' ? await describeGpu() : null;
    const id = [
      ...['tensorflow', version, device, instructionSet, `t${threads}`],
      ...(gpu === null ? [] : [gpu.replaceAll(/[^\w.]+/g, '_')]),
    ].join('-');
    return { name: 'tensorflow', version, device, gpu, instructionSet, id, fallbackReason: null };
  } catch (error) {
    fallbackReason = errorMessage(error).split('\n')[0] ?? 'unknown';
  }
  const version = await loadWasm();
  return {
    name: 'wasm',
    version,
    device: 'cpu',
    gpu: null,
    instructionSet,
    id: `wasm-${version}-${instructionSet}`,
    fallbackReason,
  };
}

async function loadNative(): Promise<{ version: string; device: 'cpu' | 'gpu' }> {
  restoreIsNullOrUndefined();
  require('@tensorflow/tfjs-node-gpu');
  if (!(await tf.setBackend('tensorflow'))) throw new Error('the backend did not start');
  await tf.ready();
  const backend: unknown = tf.backend();
  return {
    version: libraryVersion(backend),
    device: property(backend, 'isUsingGpuDevice') === true ? 'gpu' : 'cpu',
  };
}

async function describeGpu(): Promise<string> {
  const own = deviceOf(await listDevices(), onlyDevice(undefined));
  return own === undefined ? 'unknown GPU' : `${own.name}, driver ${own.driver}`;
}

async function loadWasm(): Promise<string> {
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(`${path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}${path.sep}`);
  // Threads would need one more worker each for a gain that the batch sizes here do not show.
  wasm.setThreadsCount(1);
  if (!(await tf.setBackend('wasm'))) throw new Error('neither TensorFlow nor WebAssembly could be started');
  await tf.ready();
  return wasm.version_wasm;
}

/** Node 23 removed a function of `node:util` that tfjs-node still calls. */
function restoreIsNullOrUndefined(): void {
  if (!('isNullOrUndefined' in util))
    Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined });
}

function libraryVersion(backend: unknown): string {
  const version = property(property(backend, 'binding'), 'TF_Version');
  return typeof version === 'string' ? version : 'unknown';
}

function property(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const found: unknown = Reflect.get(value, name);
  return found;
}

function widestInstructionSet(): string {
  if (process.arch !== 'x64') return process.arch;
  try {
    const flags = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.split(' ') ?? [];
    if (flags.includes('avx512f')) return 'avx512';
    if (flags.includes('avx2')) return 'avx2';
    if (flags.includes('avx')) return 'avx';
  } catch {
    // Not Linux: the architecture is all that is known without native code.
  }
  return process.arch;
}
