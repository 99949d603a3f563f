import { CancelledFailure, Context } from '@temporalio/activity';

import { GurukulError } from '../../data/errors.js';
import type { Trainer, TrainerJob, TrainerResult } from './jobs.js';

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
 * @throws CancelledFailure when the run was cancelled; GurukulError TrainerCrashed (retried elsewhere)
 * when only this worker leaves.
 */
export async function runJob({ trainer, shutdown }: TrainerDeps, job: TrainerJob): Promise<TrainerResult> {
  const context = Context.current();
  const signal = AbortSignal.any([context.cancellationSignal, shutdown]);
  try {
    return await trainer.run(job, { signal, onProgress: (progress) => context.heartbeat(progress) });
  } catch (error) {
    if (!(error instanceof GurukulError) || error.type !== 'Cancelled') throw error;
    if (context.cancellationSignal.aborted && !shutdown.aborted) throw new CancelledFailure(error.message);
    throw new GurukulError(
      'TrainerCrashed',
      'the worker is leaving; the checkpoint is written and another worker goes on',
    );
  }
}

/** Telemetry of an attempt: facts of this execution, which never reach a bundle. */
export function attempt(reused: boolean): { attempt: number; reused: boolean } {
  return { attempt: Context.current().info.attempt, reused };
}
