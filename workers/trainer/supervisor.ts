import type { Trainer, TrainerJob, TrainerProgress, TrainerResult } from '../../activities/model/jobs.js';
import { GurukulError } from '../../data/errors.js';
import type { Home } from '../../data/store/home.js';
import type { BackendInfo } from '../tensor/backend.js';
import type { TrainerLog, TrainerProcess } from './process.js';
import { startTrainerProcess } from './process.js';
import type { FromChild, TrainerFigures } from './protocol.js';

export interface TrainerOptions {
  readonly home: Home;
  readonly packageRoot: string;
  readonly accelerator: 'cpu' | 'gpu';
  /** The GPU that the process may see, as in CUDA_VISIBLE_DEVICES; absent: the first of them. */
  readonly device?: string;
  /** `wasm` leaves the native library alone, to compare the two. @default best */
  readonly backend?: 'best' | 'wasm';
  /** Time without any progress after which a job counts as hung, in milliseconds. @default 180000 */
  readonly hangAfterMs?: number;
  /** Time that a stopped job has for its checkpoint, in milliseconds. @default 15000 */
  readonly stopWithinMs?: number;
  /** Work between two checkpoints, at least, in milliseconds. @default 5000 */
  readonly checkpointEveryMs?: number;
  readonly log: TrainerLog;
  /** As of its process. */
  readonly onFigures?: (figures: TrainerFigures | undefined) => void;
}

/** A trainer with a process behind it. */
export interface SupervisedTrainer extends Trainer {
  /** What the process computes with; starts it where it is not running. */
  backend(): Promise<BackendInfo>;
  /** Ends the process, with a checkpoint of the job in hand. Safe to call twice. */
  close(): Promise<void>;
}

const HANG_AFTER_MS = 180_000;
const STOP_WITHIN_MS = 15_000;
const CHECKPOINT_EVERY_MS = 5_000;

/**
 * A trainer that runs jobs one after another in a child process, which stays warm between jobs and is
 * started again after a crash. A hung or dead process fails the job in hand, and only that.
 */
export function createTrainer(options: TrainerOptions): SupervisedTrainer {
  const { hangAfterMs = HANG_AFTER_MS, stopWithinMs = STOP_WITHIN_MS } = options;
  let running: Promise<TrainerProcess> | undefined;
  let firstBackend: string | undefined;
  let closed = false;
  let nextId = 0;
  let queue: Promise<unknown> = Promise.resolve();

  /** Without its GPU, or with another library, the bits would change in the middle of a run. */
  const requireSame = (child: TrainerProcess): void => {
    const { id } = child.backend;
    firstBackend ??= id;
    if (id === firstBackend) return;
    const why = `it started with ${id}, where this worker began with ${firstBackend}`;
    child.kill(why);
    throw new GurukulError('TrainerCrashed', `${why}: check the device, or restart the worker`);
  };
  const warm = async (): Promise<TrainerProcess> => {
    if (closed) throw new GurukulError('Bug', 'the trainer is closed');
    const started = (running ??= startTrainerProcess({
      ...options,
      checkpointEveryMs: options.checkpointEveryMs ?? CHECKPOINT_EVERY_MS,
    }));
    try {
      const child = await started;
      requireSame(child);
      void child.exited.then(() => {
        if (running === started) running = undefined;
      });
      return child;
    } catch (error) {
      if (running === started) running = undefined;
      throw error;
    }
  };

  const runNow = async (
    job: TrainerJob,
    { signal, onProgress }: Parameters<Trainer['run']>[1],
  ): Promise<TrainerResult> => {
    if (signal.aborted) throw cancelled();
    const child = await warm();
    const id = (nextId += 1);
    const what = { run: job.config.runId, unit: unitName(job) };
    const result = await superviseJob({
      ...{ child, id, job, signal, hangAfterMs, stopWithinMs },
      onProgress: (progress) => {
        options.log.debug({ ...what, ...progress }, 'progress');
        onProgress(progress);
      },
    });
    options.log.debug({ ...what, reused: result.reused }, 'unit done');
    return result;
  };

  return {
    run(job, jobOptions) {
      const turn = queue.then(() => runNow(job, jobOptions));
      queue = turn.catch(() => undefined);
      return turn;
    },
    async backend() {
      return (await warm()).backend;
    },
    async close() {
      closed = true;
      const child = await running?.catch(() => undefined);
      if (child === undefined) return;
      child.send({ type: 'close' });
      const timer = setTimeout(() => child.kill('it did not exit when it was asked to'), stopWithinMs);
      await child.exited;
      clearTimeout(timer);
    },
  };
}

/** What a job works on, as the telemetry calls it. */
function unitName(job: TrainerJob): string {
  if (job.kind === 'reproduction' || job.kind === 'stress') return `${job.kind}/${job.cohort.id}`;
  if (job.kind === 'student' && job.arm === 'real') return `student/${job.cohort.id}`;
  const unit = `${job.kind}/${job.arm}/${job.cohort.id}`;
  return job.kind === 'shard' ? `${unit}/${job.shard}` : unit;
}

interface Supervision {
  readonly child: TrainerProcess;
  readonly id: number;
  readonly job: TrainerJob;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: TrainerProgress) => void;
  readonly hangAfterMs: number;
  readonly stopWithinMs: number;
}

/** Sends a job and waits for its end, the process's end, or no progress for too long. */
async function superviseJob(supervision: Supervision): Promise<TrainerResult> {
  const { child, id, job, signal, onProgress, hangAfterMs, stopWithinMs } = supervision;
  let watchdog: NodeJS.Timeout | undefined;
  const watch = (ms: number, reason: string, hung = false): void => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => child.kill(reason, hung), ms);
  };
  const stop = (): void => {
    child.send({ type: 'cancel', id });
    watch(stopWithinMs, `it did not stop within ${stopWithinMs} ms`);
  };
  const alive = (): void => {
    if (!signal.aborted) watch(hangAfterMs, `hung: no progress for ${hangAfterMs} ms`, true);
  };

  const outcome = new Promise<TrainerResult>((resolve, reject) => {
    child.listen((message: FromChild) => {
      if (message.type === 'ready' || message.type === 'figures' || message.id !== id) return;
      if (message.type === 'progress') {
        alive();
        onProgress(message.progress);
      } else if (message.type === 'done') resolve(message.result);
      else reject(new GurukulError(message.error.type, message.error.message));
    });
    void child.exited.then(reject);
  });
  alive();
  signal.addEventListener('abort', stop, { once: true });
  child.send({ type: 'run', id, job });
  if (signal.aborted) stop();
  try {
    return await outcome;
  } catch (error) {
    if (signal.aborted && isEnd(error)) throw cancelled();
    if (error instanceof GurukulError && error.type === 'Cancelled') {
      // It exits once its checkpoint is written; the next job needs another process.
      watch(stopWithinMs, `it did not exit within ${stopWithinMs} ms`);
      await child.exited;
      throw new GurukulError('TrainerCrashed', 'something else asked the trainer process to stop');
    }
    throw error;
  } finally {
    clearTimeout(watchdog);
    signal.removeEventListener('abort', stop);
    child.listen(undefined);
  }
}

/** How a cancelled job may end: it stopped, or its process had to be killed. */
function isEnd(error: unknown): boolean {
  return error instanceof GurukulError && (error.type === 'Cancelled' || error.type === 'TrainerCrashed');
}

function cancelled(): GurukulError {
  return new GurukulError('Cancelled', 'the training job was cancelled');
}
