import { ActivityFailure, TimeoutFailure, patched } from '@temporalio/workflow';

import type { CohortRequest } from '../contract/cohort.js';
import type { TrainQueue } from '../contract/profiles.js';
import { meta } from '../shared/activities.js';

const MINUTE_MS = 60_000;
/** If no worker takes the first activity within this time, the cohort looks for GPU workers. */
const FIRST_LOOK_MS = 5 * MINUTE_MS;
/** While GPU workers are busy, looks become rarer up to this: every look costs events. */
const LAST_LOOK_MS = 6 * 60 * MINUTE_MS;

/** How long an activity may wait for a worker; absent: as in its profile. */
export interface Limits {
  readonly scheduleToStartTimeout?: number;
}

/**
 * Runs the first activity of a cohort, which decides the queue for all of it. With accelerator `auto`, a cohort
 * that no worker has taken moves from the GPU queue to the CPU queue when no GPU worker was seen for about ten
 * minutes. Once it has begun it stays on its queue, so that a cohort never mixes backends.
 */
export async function beginCohort<Result>(
  { config, cohort, trainQueue }: CohortRequest,
  first: (queue: TrainQueue, limits: Limits) => Promise<Result>,
): Promise<{ readonly trainQueue: TrainQueue; readonly result: Result }> {
  if (!mayLeave(config.accelerator, trainQueue)) return { trainQueue, result: await first(trainQueue, {}) };
  let timeout = FIRST_LOOK_MS;
  let looks = 0;
  for (;;) {
    try {
      return { trainQueue, result: await first(trainQueue, { scheduleToStartTimeout: timeout }) };
    } catch (error) {
      if (!wasNotTaken(error)) throw error;
    }
    const summary = `${cohort.id} · look for GPU workers`;
    const next = await meta.nextTrainQueue.executeWithOptions({ summary }, [
      { runId: config.runId, cohort: cohort.id, looks },
    ]);
    if (next.trainQueue !== trainQueue)
      return { trainQueue: next.trainQueue, result: await first(next.trainQueue, {}) };
    looks = next.seen ? 0 : looks + 1;
    timeout = next.seen ? Math.min(2 * timeout, LAST_LOOK_MS) : FIRST_LOOK_MS;
  }
}

function mayLeave(accelerator: string, trainQueue: TrainQueue): boolean {
  if (accelerator !== 'auto' || trainQueue !== 'train.gpu') return false;
  // Cohorts of earlier versions wait for a worker of their queue as long as it takes.
  if (!patched('leave-deserted-queue')) return false;
  return true;
}

function wasNotTaken(error: unknown): boolean {
  return (
    error instanceof ActivityFailure &&
    error.cause instanceof TimeoutFailure &&
    error.cause.timeoutType === 'SCHEDULE_TO_START'
  );
}
