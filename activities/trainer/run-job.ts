import { CancelledFailure, Context } from '@temporalio/activity';

import { GurukulError } from '../../data/errors.js';
import { faultPoint } from '../../data/fault-points.js';
import type { Trainer, TrainerJob, TrainerProgress, TrainerResult } from '../model/jobs.js';

/** Dependencies of the tensor activities, from the worker. */
export interface TrainerDeps {
  readonly trainer: Trainer;
  /** Aborted when the worker starts to shut down: activities themselves notice only at the end of the grace period. */
  readonly shutdown: AbortSignal;
}

/**
 * Runs a trainer job inside an activity: progress becomes heartbeats; on cancellation or a worker shutdown the
 * job writes a checkpoint.
 *
 * @param watch Called with every progress, before the heartbeat.
 * @throws CancelledFailure when the run was cancelled; GurukulError TrainerCrashed (retried on another worker)
 * when only this worker shuts down.
 */
export async function runJob(
  { trainer, shutdown }: TrainerDeps,
  job: TrainerJob,
  watch: (progress: TrainerProgress) => void = () => undefined,
): Promise<TrainerResult> {
  const context = Context.current();
  const signal = AbortSignal.any([context.cancellationSignal, shutdown]);
  const heartbeat = startHeartbeat(job.kind, context);
  try {
    return await trainer.run(job, {
      signal,
      onProgress: (progress) => {
        watch(progress);
        heartbeat.beat(progress);
      },
    });
  } catch (error) {
    if (!(error instanceof GurukulError) || error.type !== 'Cancelled') throw error;
    if (context.cancellationSignal.aborted && !shutdown.aborted) throw new CancelledFailure(error.message);
    throw new GurukulError(
      'TrainerCrashed',
      'the worker is shutting down; the checkpoint is saved and another worker continues',
    );
  } finally {
    heartbeat.stop();
  }
}

/** Well below the heartbeat timeout of the train profile. */
const BEAT_EVERY_MS = 5_000;

/**
 * Sends a heartbeat with every progress, and repeats the last one during a long step. This cannot hide a job
 * that hangs: the trainer process is ended when it makes no progress, and the job fails.
 */
function startHeartbeat(
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
      // The symbols of a large shard are too large for a heartbeat.
      last = symbols === undefined ? progress : { ...progress, windows: symbols.length };
      beat();
    },
    stop: () => clearInterval(timer),
  };
}

/**
 * Telemetry of an attempt: facts about this execution, which are never part of a bundle.
 *
 * @param elapsed Milliseconds since its start.
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
