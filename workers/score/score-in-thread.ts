import { Worker } from 'node:worker_threads';

import { CancelledFailure } from '@temporalio/common';

import type { ScoreElsewhere } from '../../activities/score/index.js';
import { GurukulError, asGurukulError } from '../../data/errors.js';
import type { FromThread, ThreadOptions } from './protocol.js';
import { fromThreadSchema } from './protocol.js';

const THREAD = new URL('./thread.js', import.meta.url);

/** Scores the champion in a thread of its own, which ends with it. */
export function scoreInThread(options: ThreadOptions): ScoreElsewhere {
  return async (onStep, signal) => {
    const thread = new Worker(THREAD, { workerData: options });
    const abort = (): void => void thread.terminate();
    signal.addEventListener('abort', abort);
    try {
      const said = await lastWord(thread, onStep);
      if (said?.type === 'done') return said.result;
      if (said?.type === 'failed') throw new GurukulError(said.error.type, said.error.message);
      if (signal.aborted) throw new CancelledFailure('scoring was cancelled');
      throw new GurukulError('Bug', 'the scoring thread ended without a result');
    } finally {
      signal.removeEventListener('abort', abort);
      await thread.terminate();
    }
  };
}

/** The result or the failure of a thread; undefined if it ends without either. */
async function lastWord(
  thread: Worker,
  onStep: (step: string) => void,
): Promise<Exclude<FromThread, { readonly type: 'step' }> | undefined> {
  return new Promise((resolve, reject) => {
    thread.on('message', (message) => {
      const said = fromThreadSchema.parse(message);
      if (said.type === 'step') onStep(said.step);
      else resolve(said);
    });
    thread.on('error', (error: unknown) => reject(asGurukulError(error)));
    thread.on('exit', () => resolve(undefined));
  });
}
