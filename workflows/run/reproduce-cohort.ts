import { patched } from '@temporalio/workflow';

import type { FileRef } from '../../data/schemas/file-ref.js';
import { trainOn } from '../shared/activities.js';
import { queueOf, taughtCohorts } from './book-cohorts.js';
import type { PreparedRun } from './prepare-run.js';
import type { RunBook } from './run-book.js';

/**
 * Trains the newest cohort a second time, while figures are computed from the first: so that a bundle can say that its
 * models are no accident of one machine's day.
 *
 * @returns reproduction.json; undefined where no cohort has a student, and in histories of earlier versions.
 */
export async function reproduceCohort(
  { settled: { config, trainQueue }, head, ingest }: PreparedRun,
  book: RunBook,
): Promise<FileRef | undefined> {
  if (!patched('reproduce-cohort')) return undefined;
  const newest = taughtCohorts(book.snapshot()).at(-1);
  const queue = newest === undefined ? undefined : queueOf(book.snapshot(), newest);
  const record = await trainOn(queue ?? trainQueue).reproduceCohort.executeWithOptions(
    { summary: 'a cohort trained a second time' },
    [{ config, plan: head.plan, ingest }],
  );
  return record ?? undefined;
}
