import { patched } from '@temporalio/workflow';

import type { StressedStudent } from '../../activities/stress/activities.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import { trainOn } from '../shared/activities.js';
import { queueOf, taughtCohorts } from './book-cohorts.js';
import type { PreparedRun } from './prepare-run.js';
import type { RunBook } from './run-book.js';

/**
 * What the newest student predicts on shocked bars, on the queue where it was trained, while others probe and gather.
 *
 * @returns Nothing in histories of earlier versions.
 */
export async function stressStudent(
  { settled: { config, trainQueue }, ingest }: PreparedRun,
  index: FileRef,
  book: RunBook,
): Promise<StressedStudent> {
  if (!patched('stress-student')) return {};
  const newest = taughtCohorts(book.snapshot()).at(-1);
  const queue = newest === undefined ? undefined : queueOf(book.snapshot(), newest);
  return trainOn(queue ?? trainQueue).stressStudent.executeWithOptions(
    { summary: 'the newest student on shocked bars' },
    [{ config, ingest, index }],
  );
}
