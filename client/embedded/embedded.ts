import { existsSync } from 'node:fs';
import path from 'node:path';

import { GurukulError, InvalidInputError } from '../../data/errors.js';
import { NO_METRICS } from '../../data/schemas/metrics-place.js';
import type { RunInput } from '../../data/schemas/run-input.js';
import { withoutProviderSecrets } from '../../data/secrets/secrets.js';
import type { Home } from '../../data/store/home.js';
import { compiledRoot } from '../../data/store/package-root.js';
import type { DevServer } from '../../temporal-config/dev-server.js';
import { startDevServer } from '../../temporal-config/dev-server.js';
import { hasNvidiaDevice } from '../../scripts/setup/tensorflow/cuda.mjs';
import { programDigest } from '../../data/store/code-version.js';
import type { Stage } from '../../data/telemetry/stages.js';
import { startStageClock } from '../../data/telemetry/stages.js';
import { pauseAgain, restartRunsOfOtherProgram } from './program-change.js';
import { writeStartLog } from './start-log.js';
import type { WorkerProcess } from './worker-process.js';
import { superviseWorker } from './worker-process.js';

/** A Temporal server and workers that live as long as this process. */
export interface Embedded {
  readonly address: string;
  readonly namespace: string;
  readonly uiUrl: string;
  /** False when the server was there already and stays. */
  readonly ownsServer: boolean;
  /** Rejects when a worker cannot be kept alive. Never resolves. */
  readonly lost: Promise<never>;
  /** Drains the workers, then ends the server if it is ours. Aborting `now` ends the workers at once. */
  stop(now?: AbortSignal): Promise<void>;
}

export interface EmbeddedOptions {
  readonly home: Home;
  readonly packageRoot: string;
  readonly accelerator: RunInput['accelerator'];
  /** Prints what happens, a line at a time. */
  readonly report: (line: string) => void;
  /** Aborting it cancels the start of server and workers. */
  readonly signal: AbortSignal;
}

const NAMESPACE = 'default';

const BUNDLED_WORKER = path.join(compiledRoot, 'worker-bundle', 'main.js');

/**
 * Program of the worker processes, in the same build as this one. A worker is a process of its own, so its program
 * is named here and not imported. It starts faster from the build's bundle than from its modules, which are what
 * coverage is measured of.
 */
export const WORKER_ENTRY =
  existsSync(BUNDLED_WORKER) && process.env['NODE_V8_COVERAGE'] === undefined
    ? BUNDLED_WORKER
    : path.join(compiledRoot, 'workers', 'main.js');

/**
 * Starts (or joins) the home's Temporal server and starts two worker processes: one for planning, reading and
 * figures, and one for training, so that a trainer that crashes takes nothing else with it.
 *
 * @throws GurukulError when the server does not start, a worker refuses to, or the start is cancelled
 * (`Cancelled`).
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { home, packageRoot, report, signal } = options;
  const clock = startStageClock();
  const workerStages = new Map<string, readonly Stage[]>();
  const workers: WorkerProcess[] = [];
  const polls = deferredAddress();
  const start = (name: string, roles: string, ...args: readonly string[]): WorkerProcess => {
    const worker = superviseWorker({
      name,
      entry: WORKER_ENTRY,
      args: [
        ...['--role', roles, '--home', home.root],
        ...['--address-from', 'parent', '--namespace', NAMESPACE],
        ...metricsFlags(process.env),
        ...args,
      ],
      address: polls.address,
      // A trainer reads bars from the store, never from a provider.
      ...(roles === 'train' ? { env: withoutProviderSecrets(process.env) } : {}),
      logs: home.logs(),
      report,
    });
    workers.push(worker);
    return worker;
  };
  const startReady = async (name: string, ...args: readonly [string, ...string[]]): Promise<void> => {
    const stage = `start worker ${name}`;
    workerStages.set(stage, await clock.time(stage, async () => start(name, ...args).ready));
  };
  const hasGpu = options.accelerator === 'gpu' || (options.accelerator === 'auto' && hasNvidiaDevice());
  const startTraining = async (): Promise<void> => {
    if (hasGpu) {
      try {
        await startReady('train', 'train', '--accelerator', 'gpu');
        return;
      } catch (error) {
        if (options.accelerator === 'gpu' || !(error instanceof InvalidInputError)) throw error;
        workers.pop();
        report(`${error.message}; training on the CPU`);
      }
    }
    await startReady('train', 'train', '--accelerator', 'cpu');
  };
  const endAll = async (now?: AbortSignal): Promise<void> => {
    const kill = (): void => workers.forEach((worker) => worker.kill());
    if (now?.aborted === true) kill();
    now?.addEventListener('abort', kill, { once: true });
    await Promise.all(workers.map((worker) => worker.stop()));
  };

  // Loading its code takes a worker as long as the server takes to start, so both begin at once.
  const planning = startReady('meta-io-cpu', 'meta,io,cpu');
  const program = programDigest();
  program.catch(() => undefined);
  planning.catch(() => undefined);
  let server: DevServer | undefined;
  const stop = async (now?: AbortSignal): Promise<void> => {
    await endAll(now);
    await server?.stop();
  };
  try {
    const started = await clock.time('start the Temporal server', async () =>
      startDevServer({ home, packageRoot, log: report }),
    );
    server = started;
    const place = { home, address: started.address, namespace: NAMESPACE };
    const paused = await clock.time('look for runs of another program', async () =>
      restartRunsOfOtherProgram(place, { alone: started.owned, report, program: await program }),
    );
    polls.started(started.address);
    // What trains is needed when bars have been read. On few cores it would hold up those who read them.
    const training = startTraining();
    const all = Promise.all([planning, training]).then(async () => {
      await writeStartLog(home, clock, workerStages);
      await pauseAgain(place, paused);
    });
    all.catch(() => undefined);
    // Whether there is a GPU decides where a run is trained, and a run that was paused must not go on.
    const needed = hasGpu || paused.length > 0 ? all : planning;
    await Promise.race([needed, all, rejectOnAbort(signal)]);
    const lost = Promise.race([
      all.then(async () => new Promise<never>(() => undefined)),
      ...workers.map((worker) => worker.lost),
    ]);
    lost.catch(() => undefined);
    return {
      address: started.address,
      namespace: NAMESPACE,
      uiUrl: started.uiUrl,
      ownsServer: started.owned,
      lost,
      stop,
    };
  } catch (error) {
    await stop(AbortSignal.abort());
    throw error;
  }
}

/** An address that is known later. */
function deferredAddress(): {
  readonly address: Promise<string>;
  readonly started: (address: string) => void;
} {
  let started: (address: string) => void = () => undefined;
  const address = new Promise<string>((resolve) => {
    started = resolve;
  });
  return { address, started };
}

/** Two workers cannot have one port, so each takes a free one, unless none is wanted. */
function metricsFlags(env: NodeJS.ProcessEnv): readonly string[] {
  return env['GURUKUL_METRICS_PORT'] === NO_METRICS ? ['--metrics-port', NO_METRICS] : [];
}

async function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const onAbort = (): void => reject(new GurukulError('Cancelled', 'cancelled before everything was up'));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}
