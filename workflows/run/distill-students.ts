import { isCancellation } from '@temporalio/workflow';

import { trainOn } from '../shared/activities.js';
import { asWorkflowFailure } from '../shared/failures.js';
import { isHistoryLong } from '../shared/history-length.js';
import { inPool } from '../shared/pool.js';
import type { TeachStep } from './teach-cohorts.js';

/**
 * Distils the students that are not there yet, one a cohort.
 *
 * @returns False when some are left that a new execution had better distil. Nothing runs any more then.
 */
export async function distillStudents({ settled, ingest, book, control }: TeachStep): Promise<boolean> {
  const { config, trainQueue } = settled;
  await control.gate.opened();
  if (book.step() !== 'distill') await book.enter('distill', 'students from the teachers’ soft labels');
  const failures: unknown[] = [];
  // They are begun in order, and all that were begun have ended when the run continues as new.
  const waiting = [...book.taught().slice(book.studentsTrained())];
  await inPool(
    {
      waiting,
      width: () => control.cohortsAtOnce(config.cohortConcurrency),
      mayStart: () => control.gate.isOpen(),
      draining: isHistoryLong,
    },
    async (cohort) => {
      const summary = `${cohort.id} · student of ${cohort.windows} teachers`;
      try {
        await control.gate.pass(async () =>
          // A student is trained where its teachers were.
          trainOn(book.queueOf(cohort) ?? trainQueue).distillStudent.executeWithOptions({ summary }, [
            { config, cohort: cohort.id, ingest },
          ]),
        );
        book.studentTrained();
      } catch (error) {
        if (isCancellation(error)) throw error;
        failures.push(error);
      }
    },
  );
  // A bundle without one of its students would promise what it does not hold.
  if (failures.length > 0) throw asWorkflowFailure(failures[0]);
  return waiting.length === 0;
}
