import { CancelledFailure, Context } from '@temporalio/activity';

import { GurukulError } from '../../data/errors.js';
import { faultPoint } from '../../data/faults.js';
import type { Trainer, TrainerJob, TrainerProgress, TrainerResult } from '../model/jobs.js';

/** What tensor activities are given by the worker. */
export interface TrainerDeps {
  readonly trainer: Trainer;
  /** Aborted when the worker is told to leave: activities do not see a shutdown before its grace ends. */
  readonly shutdown: AbortSignal;
}

/**
 * Runs a trainer job inside an activity: its progress is the heartbeat, a cancellation or a leaving
 * worker makes it checkpoint.
 *
 * @param watch Told of every progress, before it goes out.
 * @throws CancelledFailure when the run was cancelled; GurukulError TrainerCrashed (retried elsewhere)
 * when only this worker leaves.
 */
export async function runJob(
  { trainer, shutdown }: TrainerDeps,
  job: TrainerJob,
  watch: (progress: TrainerProgress) => void = () => undefined,
): Promise<TrainerResult> {
  const context = Context.current();
  const signal = AbortSignal.any([context.cancellationSignal, shutdown]);
  const heart = startHeart(job.kind, context);
  try {
    return await trainer.run(job, {
      signal,
      onProgress: (progress) => {
        watch(progress);
        heart.beat(progress);
      },
    });
  } catch (error) {
    if (!(error instanceof GurukulError) || error.type !== 'Cancelled') throw error;
    if (context.cancellationSignal.aborted && !shutdown.aborted) throw new CancelledFailure(error.message);
    throw new GurukulError(
      'TrainerCrashed',
      'the worker is leaving; the checkpoint is written and another worker goes on',
    );
  } finally {
    heart.stop();
  }
}

/** Well below the heartbeat timeout of the train profile. */
const BEAT_EVERY_MS = 5_000;

/**
 * Beats with every progress, and with the last one again while a long step goes on. It cannot hide a job
 * that hangs: the trainer ends one that makes no progress, and the job with it.
 */
function startHeart(
  kind: TrainerJob['kind'],
  context: Context,
): { beat(progress: TrainerProgress): void; stop(): void } {
  let last: object = { phase: 'start' };
  const beat = (): void => {
    if (faultPoint('worker.heartbeat', kind) === undefined) context.heartbeat(last);
  };
  const timer = setInterval(beat, BEAT_EVERY_MS);
  return {
    beat({ symbols, ...progress }) {
      // The symbols of a large shard are too much for a heartbeat.
      last = symbols === undefined ? progress : { ...progress, windows: symbols.length };
      beat();
    },
    stop: () => clearInterval(timer),
  };
}

/**
 * Telemetry of an attempt: facts of this execution, which never reach a bundle.
 *
 * @param elapsed Milliseconds since it began.
 */
export function attempt(
  { reused, from }: Pick<TrainerResult, 'reused' | 'from'>,
  elapsed: () => number,
): {
  readonly attempt: number;
  /** Milliseconds. */
  readonly duration: number;
  readonly reused: boolean;
  readonly from?: string;
} {
  return {
    attempt: Context.current().info.attempt,
    duration: elapsed(),
    reused,
    ...(from === undefined ? {} : { from }),
  };
}
