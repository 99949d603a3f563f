import { isCancellation, patched, startChild } from '@temporalio/workflow';

import type { CohortHead, PlanHead, SettledRun } from '../../activities/plan/activities.js';
import type { ErrorType } from '../../data/errors.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { CohortRequest, CohortResult } from '../contract/cohort.js';
import { workflowIds } from '../contract/messages.js';
import { searchAttributes } from '../contract/search-attributes.js';
import { meta } from '../shared/activities.js';
import { errorTypeOf, messageOf } from '../shared/failures.js';
import { isHistoryLong } from '../shared/history-length.js';
import { inPool } from '../shared/pool.js';
import { cohortsIn } from './book-cohorts.js';
import type { Retries } from './retries.js';
import type { RunBook } from './run-book.js';
import type { RunControl } from './run-control.js';

/** Signature of `trainCohort`, which is started by name: helpers import no workflow. */
type TrainCohort = (request: CohortRequest) => Promise<CohortResult>;

const COHORT_DETAILS =
  'Fits the cohort’s prior, then trains its shards of windows: on the real bars, then on their placebo (bars redrawn at random).';

/** Characters of a recorded failure message. */
const LONGEST_MESSAGE = 400;

/** What the step teach works with. */
export interface TeachStep {
  readonly settled: SettledRun;
  readonly head: PlanHead;
  readonly ingest: FileRef;
  readonly book: RunBook;
  readonly control: RunControl;
  readonly retries: Retries;
}

/**
 * Trains the cohorts that have not ended yet, each in a child workflow, the latest first.
 *
 * @returns False if cohorts are left for the next execution, since the history has grown long. Nothing runs then.
 */
export async function teachCohorts(step: TeachStep): Promise<boolean> {
  const { settled, book, control, retries } = step;
  const { waiting } = retries;
  // The latest first: their priors learn from the most data and take longest, so none should run alone at the end.
  waiting.push(...[...cohortsIn(book.snapshot(), 'waiting', 'running')].reverse());
  retries.open();
  try {
    await inPool(
      {
        waiting,
        width: () => control.cohortsAtOnce(settled.config.cohortConcurrency),
        mayStart: () => control.gate.isOpen(),
        draining: isHistoryLong,
        expecting: () => retries.expecting(),
      },
      async (cohort) => teachCohort(step, cohort),
    );
  } catch (error) {
    retries.close();
    throw error;
  }
  // Retries stay open over a continue-as-new: their cohorts wait with the others and are carried over.
  if (waiting.length > 0) return false;
  retries.close();
  return true;
}

async function teachCohort(step: TeachStep, cohort: CohortHead): Promise<void> {
  const { settled, head, ingest, book, control } = step;
  const { config } = settled;
  // All of a cohort is trained on one queue; a retried one is trained again if the queue has changed.
  const trainQueue = book.snapshot().trainQueue ?? settled.trainQueue;
  book.cohortRuns(cohort);
  try {
    const child = await startChild<TrainCohort>('trainCohort', {
      workflowId: workflowIds.cohort(config.runId, cohort.id),
      args: [{ config, cohort, ingest, plan: head.plan, trainQueue }],
      staticSummary: `${cohort.id} · ${cohort.windows} windows · shards: ${cohort.shards}`,
      staticDetails: COHORT_DETAILS,
      typedSearchAttributes: [
        { key: searchAttributes.run, value: config.runId },
        { key: searchAttributes.cohort, value: cohort.id },
      ],
    });
    const result = await control.follow(child);
    const moved = result.trainQueue === settled.trainQueue ? undefined : result.trainQueue;
    book.cohortEnded(cohort, result, moved);
  } catch (error) {
    if (isCancellation(error)) throw error;
    const type = errorTypeOf(error);
    const message = messageOf(error);
    await recordLoss(step, cohort, { error: type, message });
    const notes = [`${cohort.id}: ${type} (${message})`];
    book.cohortEnded(cohort, { succeeded: 0, failedBy: { [type]: cohort.windows }, notes });
  }
}

/** Records how the windows of a failed cohort ended, since nothing on disk says so. A run goes on without it. */
async function recordLoss(
  { settled: { config }, head: { plan } }: TeachStep,
  { id }: CohortHead,
  { error, message }: { readonly error: ErrorType; readonly message: string },
): Promise<void> {
  // Runs of earlier versions have no such record.
  if (!patched('record-lost-cohort')) return;
  const lost = { config, cohort: id, plan, error, message: message.slice(0, LONGEST_MESSAGE) };
  try {
    await meta.recordLostCohort.executeWithOptions({ summary: `${id} · failed` }, [lost]);
  } catch (failure) {
    if (isCancellation(failure)) throw failure;
  }
}
