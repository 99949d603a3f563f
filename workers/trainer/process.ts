import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

import { COMPUTE_FLAGS } from '../../data/compute-flags.js';
import { GurukulError, TrainerLostError } from '../../data/errors.js';
import { storeSettings, withoutSecrets } from '../../data/secrets/secrets.js';
import type { Home } from '../../data/store/home.js';
import type { BackendInfo } from '../tensor/backend.js';
import { programFile } from '../program-files.js';
import { DEVICE_ENV, deviceOf, listDevices, onlyDevice } from '../tensor/devices.js';
import { TENSORFLOW_ENV } from '../tensor/tensorflow-env.js';
import { lackOfMemory } from './device-memory.js';
import { exitError, kernelOomKillCount } from './exit-reason.js';
import type { ChildOptions, FromChild, ToChild, TrainerFigures } from './protocol.js';
import { fromChildSchema } from './protocol.js';

/** The part of a pino logger that is used here. */
export interface TrainerLog {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** A trainer process that is up. */
export interface TrainerProcess {
  readonly pid: number;
  readonly backend: BackendInfo;
  send(message: ToChild): void;
  /** Sets the one listener of its messages. */
  listen(listener: ((message: FromChild) => void) | undefined): void;
  /** Ends it at once; `exited` then reports the reason. @param hung Whether its job is to blame. */
  kill(reason: string, hung?: boolean): void;
  /** Resolves, with why, when it is gone. */
  readonly exited: Promise<TrainerLostError>;
}

export interface ProcessOptions {
  readonly home: Home;
  readonly packageRoot: string;
  readonly accelerator: 'cpu' | 'gpu';
  readonly device?: string;
  readonly backend?: 'best' | 'wasm';
  readonly checkpointEveryMs: number;
  readonly log: TrainerLog;
  /** Told what the process says of itself every few seconds; undefined: it is gone. */
  readonly onFigures?: (figures: TrainerFigures | undefined) => void;
}

/** Lines that TensorFlow's CUDA library logs as errors at every start, or where no device is wanted. */
const HARMLESS = /Unable to register cu(DNN|FFT|BLAS) factory|cuInit: CUDA_ERROR_NO_DEVICE/;
/** A fatal error is followed by a native stack of dozens of lines. */
const LAST_LINES = 80;
const LAST_LINES_WITHIN_MS = 1_000;
/** Loading TensorFlow takes a second or two, on a busy machine with cold disks much longer. */
const START_WITHIN_MS = 180_000;

/**
 * Starts a trainer process and waits until its tensor backend is there.
 *
 * @throws GurukulError TrainerCrashed or OutOfMemory when it ends before it is ready.
 */
export async function startTrainerProcess(options: ProcessOptions): Promise<TrainerProcess> {
  const { log } = options;
  if (options.accelerator === 'gpu') {
    const lack = lackOfMemory(deviceOf(await listDevices(), onlyDevice(options.device)));
    if (lack !== undefined) throw new GurukulError('OutOfMemory', lack);
  }
  const oomKillsBefore = kernelOomKillCount();
  const child = forkChild(options);
  const lastLines = keepLastLines(child, log);
  let killed: { readonly reason: string; readonly hung: boolean } | undefined;
  let listener: ((message: FromChild) => void) | undefined;

  const exited = new Promise<TrainerLostError>((resolve) => {
    let ended = false;
    let lateTimer: NodeJS.Timeout | undefined;
    const end = (code: number | null, signal: NodeJS.Signals | null): void => {
      clearTimeout(lateTimer);
      if (ended) return;
      ended = true;
      const after = kernelOomKillCount();
      const kernelOomKills =
        after === undefined || oomKillsBefore === undefined ? undefined : after - oomKillsBefore;
      const error =
        killed === undefined
          ? exitError({ code, signal, lastLines, kernelOomKills })
          : new TrainerLostError(
              'TrainerCrashed',
              `the trainer process was ended: ${killed.reason}`,
              killed.hung,
            );
      options.onFigures?.(undefined);
      if (code !== 0) log.warn({ pid: child.pid, code, signal }, error.message);
      resolve(error);
    };
    // `close` comes after the last lines were read; a grandchild that holds the pipes must not delay the end.
    child.once('close', end);
    child.once('exit', (code, signal) => {
      if (!ended) lateTimer = setTimeout(() => end(code, signal), LAST_LINES_WITHIN_MS);
    });
    child.once('error', (error) => {
      lastLines.push(error.message);
      if (child.pid === undefined) end(null, null);
    });
  });
  const kill = (reason: string, hung = false): void => {
    killed ??= { reason, hung };
    child.kill('SIGKILL');
  };

  const timer = setTimeout(() => kill(`it was not ready within ${START_WITHIN_MS} ms`), START_WITHIN_MS);
  try {
    const backend = await Promise.race([
      new Promise<BackendInfo>((resolve) => {
        child.on('message', (message) => {
          const parsed = fromChildSchema.parse(message);
          if (parsed.type === 'ready') resolve(parsed.backend);
          if (parsed.type === 'figures') options.onFigures?.(parsed.figures);
          else listener?.(parsed);
        });
      }),
      exited.then((error) => Promise.reject(error)),
    ]);
    log.info({ pid: child.pid, backend: backend.id }, 'trainer process ready');
    return {
      pid: child.pid ?? 0,
      backend,
      send: (message) => {
        // `exited` reports a process that is gone.
        if (child.connected) child.send(message, () => undefined);
      },
      listen: (next) => {
        listener = next;
      },
      kill,
      exited,
    };
  } finally {
    clearTimeout(timer);
  }
}

function forkChild(options: ProcessOptions): ChildProcess {
  const { home, packageRoot, accelerator, device, checkpointEveryMs, backend = 'best' } = options;
  const childOptions: ChildOptions = { home: home.root, checkpointEveryMs, backend };
  const visibleDevices = {
    ...DEVICE_ENV,
    CUDA_VISIBLE_DEVICES: accelerator === 'cpu' ? '-1' : onlyDevice(device),
  };
  return fork(programFile('trainer/child.js'), [JSON.stringify(childOptions)], {
    cwd: packageRoot,
    execArgv: [...process.execArgv.filter((flag) => flag === '--enable-source-maps'), ...COMPUTE_FLAGS],
    env: {
      ...TENSORFLOW_ENV,
      ...withoutSecrets(process.env),
      ...storeSettings(process.env),
      TF_FORCE_GPU_ALLOW_GROWTH: 'true',
      ...visibleDevices,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

/** Logs what the process prints line by line, and keeps the last ones, which may say why it ended. */
function keepLastLines(child: ChildProcess, log: TrainerLog): string[] {
  const lastLines: string[] = [];
  const follow = (stream: Readable | null): void => {
    if (stream === null) return;
    createInterface({ input: stream }).on('line', (line) => {
      if (line.trim() === '' || HARMLESS.test(line)) return;
      log.warn({ pid: child.pid, trainer: true }, line);
      lastLines.push(line);
      if (lastLines.length > LAST_LINES) lastLines.shift();
    });
  };
  follow(child.stdout);
  follow(child.stderr);
  return lastLines;
}
