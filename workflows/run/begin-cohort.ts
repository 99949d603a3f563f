import { ActivityFailure, TimeoutFailure, patched } from '@temporalio/workflow';

import type { CohortRequest } from '../contract/cohort.js';
import type { TrainQueue } from '../contract/profiles.js';
import { meta } from '../shared/activities.js';

const MINUTE_MS = 60_000;
/** A first activity that nobody takes within this time makes the cohort look for GPU workers. */
const FIRST_LOOK_MS = 5 * MINUTE_MS;
/** GPU workers that are busy are looked for less and less often: every look costs events. */
const LAST_LOOK_MS = 6 * 60 * MINUTE_MS;

/** How long an activity may wait to be taken; absent: as its profile says. */
export interface Limits {
  readonly scheduleToStartTimeout?: number;
}

/**
 * Does the first activity of a cohort, which decides on which queue all of it is trained. With accelerator
 * `auto` a cohort leaves the GPU queue for the CPU queue when no GPU worker was seen for about ten minutes;
 * once something of it is trained, it stays.
 */
export async function beginCohort<Result>(
  { config, cohort, trainQueue }: CohortRequest,
  first: (queue: TrainQueue, limits: Limits) => Promise<Result>,
): Promise<{ readonly trainQueue: TrainQueue; readonly result: Result }> {
  if (!mayLeave(config.accelerator, trainQueue)) return { trainQueue, result: await first(trainQueue, {}) };
  let patience = FIRST_LOOK_MS;
  let looks = 0;
  for (;;) {
    try {
      return { trainQueue, result: await first(trainQueue, { scheduleToStartTimeout: patience }) };
    } catch (error) {
      if (!wasNotTaken(error)) throw error;
    }
    const summary = `${cohort.id} · is a GPU worker there?`;
    const next = await meta.nextTrainQueue.executeWithOptions({ summary }, [
      { runId: config.runId, cohort: cohort.id, looks },
    ]);
    if (next.trainQueue !== trainQueue)
      return { trainQueue: next.trainQueue, result: await first(next.trainQueue, {}) };
    looks = next.seen ? 0 : looks + 1;
    patience = next.seen ? Math.min(2 * patience, LAST_LOOK_MS) : FIRST_LOOK_MS;
  }
}

function mayLeave(accelerator: string, trainQueue: TrainQueue): boolean {
  if (accelerator !== 'auto' || trainQueue !== 'train.gpu') return false;
  // Cohorts of earlier versions wait for their queue for as long as it takes.
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
