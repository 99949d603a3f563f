import { pathToFileURL } from 'node:url';
import { MessageChannel } from 'node:worker_threads';

import { CancelledFailure } from '@temporalio/common';
import { Piscina } from 'piscina';

import type { PoolRequest, PoolResult, PoolWorkName } from '../../activities/pool/pool-work.js';
import type { PoolWatch, RunPooled } from '../../activities/pool/pooled-activities.js';
import { GurukulError, asGurukulError, systemErrorCode } from '../../data/errors.js';
import { knownSecrets } from '../../data/secrets/secrets.js';
import { bundleVerified } from '../../data/telemetry/bundle-verified.js';
import { programFile } from '../program-files.js';
import type { ThreadData, ThreadTask } from './protocol.js';
import { isResultOf, outcomeSchema } from './protocol.js';

/** A thread that has had nothing to do for so long gives its memory back; the steps of a run follow faster. */
const IDLE_MS = 20_000;
/** Well below the heartbeat timeouts of the profiles. */
const WAITING_BEAT_MS = 5_000;

/** Threads of a worker process that compute, so that its event loop need not. */
export interface ThreadPool {
  readonly run: RunPooled;
  /** Ends all threads. */
  readonly close: () => Promise<void>;
}

/** @param threads Jobs that are done at once; more wait. */
export function createThreadPool(data: ThreadData, threads: number): ThreadPool {
  const pool = new Piscina<ThreadTask, unknown>({
    filename: pathToFileURL(programFile('pool/thread.js')).href,
    workerData: data,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: IDLE_MS,
  });
  return {
    // Not async: what a name gives is known to the caller alone.
    run: (name, request, watch) => doInThread(pool, name, request, watch),
    close: async () => pool.destroy(),
  };
}

async function doInThread<Name extends PoolWorkName>(
  pool: Piscina<ThreadTask, unknown>,
  name: Name,
  request: PoolRequest<Name>,
  { beat, signal, task }: PoolWatch,
): Promise<PoolResult<Name>> {
  const { port1: heard, port2: beats } = new MessageChannel();
  // A job that waits for a thread is as alive as one that has it.
  const waiting = setInterval(() => beat('waiting for a thread'), WAITING_BEAT_MS);
  heard.on('message', (details: unknown) => {
    clearInterval(waiting);
    beat(details);
  });
  try {
    const given = { job: { name, request }, task, secrets: knownSecrets(), beats };
    const said = await pool.run(given, { transferList: [beats], signal });
    const outcome = outcomeSchema.parse(said);
    for (const ok of outcome.verified) bundleVerified(ok);
    if (!outcome.ok) throw new GurukulError(outcome.error.type, outcome.error.message);
    if (!isResultOf(name, outcome.result)) throw new GurukulError('Bug', `${name} has no result`);
    return outcome.result;
  } catch (error) {
    if (signal.aborted) throw new CancelledFailure(`${name} was cancelled`);
    if (systemErrorCode(error) === 'ERR_WORKER_OUT_OF_MEMORY')
      throw new GurukulError('OutOfMemory', `${name} needs more memory than its thread may have`);
    throw asGurukulError(error);
  } finally {
    clearInterval(waiting);
    heard.close();
  }
}
