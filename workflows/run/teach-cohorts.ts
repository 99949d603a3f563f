import { isCancellation, startChild } from '@temporalio/workflow';

import type { CohortHead, PlanHead, SettledRun } from '../../activities/plan/activities.js';
import type { TaughtCounts } from '../../activities/teach/activities.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { CohortRequest } from '../contract/cohort.js';
import { workflowIds } from '../contract/messages.js';
import { searchAttributes } from '../contract/search-attributes.js';
import { errorTypeOf, messageOf } from '../shared/failures.js';
import { isHistoryLong } from '../shared/history-length.js';
import { inPool } from '../shared/pool.js';
import type { Retries } from './retries.js';
import type { RunBook } from './run-book.js';
import type { RunControl } from './run-control.js';

/** As `trainCohort` of train-cohort.ts, which is started by its name: helpers import no workflow. */
type TrainCohort = (request: CohortRequest) => Promise<TaughtCounts>;

const COHORT_DETAILS =
  'The cohort’s prior, then its shards of windows, on the real bars and once more on bars redrawn by chance (the placebo).';

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
 * Teaches the cohorts that have not ended yet, each in a child workflow, the latest first.
 *
 * @returns False when cohorts are left that a new execution had better teach, since the history of this one
 * has grown long. Nothing runs any more then.
 */
export async function teachCohorts(step: TeachStep): Promise<boolean> {
  const { settled, book, control, retries } = step;
  const { waiting } = retries;
  // The latest first: their priors learn from most and take longest, and none is to be left alone at the end.
  waiting.push(...[...book.cohortsIn('waiting', 'running')].reverse());
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
  return waiting.length === 0;
}

async function teachCohort(step: TeachStep, cohort: CohortHead): Promise<void> {
  const { settled, head, ingest, book, control } = step;
  const { config, trainQueue } = settled;
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
    book.cohortEnded(cohort, await control.follow(child));
  } catch (error) {
    if (isCancellation(error)) throw error;
    const type = errorTypeOf(error);
    const notes = [`${cohort.id}: ${type} (${messageOf(error)})`];
    book.cohortEnded(cohort, { succeeded: 0, failedBy: { [type]: cohort.windows }, notes });
  }
}
