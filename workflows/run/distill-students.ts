import { isCancellation } from '@temporalio/workflow';

import type { CohortHead } from '../../activities/plan/activities.js';
import { trainOn } from '../shared/activities.js';
import { asWorkflowFailure } from '../shared/failures.js';
import { isHistoryLong } from '../shared/history-length.js';
import { inPool } from '../shared/pool.js';
import { queueOf, taughtCohorts } from './book-cohorts.js';
import { measureCohort, measuresCohorts } from './measure-cohort.js';
import { probeCohort, probesCohorts } from './probe-cohort.js';
import type { TeachStep } from './teach-cohorts.js';

/**
 * Trains the students that are missing, one for each cohort, and measures what the figures need of each; meanwhile its
 * cohort is probed for leaks.
 *
 * @returns False if some are left for the next execution, since the history has grown long. Nothing runs then.
 */
export async function distillStudents(step: TeachStep): Promise<boolean> {
  const { settled, book, control } = step;
  const { config } = settled;
  await control.gate.opened();
  if (book.step() !== 'distill') await book.enter('distill', 'students from the teachers’ soft labels');
  const [measures, probes] = [measuresCohorts(), probesCohorts()];
  const failures: unknown[] = [];
  // Students start in order, and all that were started have ended when the run continues as new.
  const waiting = [...taughtCohorts(book.snapshot()).slice(book.snapshot().students)];
  await inPool(
    {
      waiting,
      width: () => control.cohortsAtOnce(config.cohortConcurrency),
      mayStart: () => control.gate.isOpen(),
      draining: isHistoryLong,
    },
    async (cohort) => {
      try {
        await allEnded([
          studentAndFigures(step, cohort, measures),
          ...(probes ? [probeCohort(step, cohort)] : []),
        ]);
      } catch (error) {
        if (isCancellation(error)) throw error;
        failures.push(error);
      }
    },
  );
  // A bundle must not lack a student that it lists.
  if (failures.length > 0) throw asWorkflowFailure(failures[0]);
  return waiting.length === 0;
}

async function studentAndFigures(step: TeachStep, cohort: CohortHead, measures: boolean): Promise<void> {
  const { settled, ingest, book, control } = step;
  const { config, trainQueue } = settled;
  const summary = `${cohort.id} · student of ${cohort.windows} teachers`;
  await control.gate.pass(async () =>
    // A student is trained on the same queue as its teachers.
    trainOn(queueOf(book.snapshot(), cohort) ?? trainQueue).distillStudent.executeWithOptions({ summary }, [
      { config, cohort: cohort.id, ingest },
    ]),
  );
  book.studentTrained();
  if (measures) await measureCohort(step, cohort);
}

/** Waits for all, whatever becomes of one: none may run on when the workflow continues as new. */
async function allEnded(running: readonly Promise<void>[]): Promise<void> {
  for (const ended of await Promise.allSettled(running)) if (ended.status === 'rejected') throw ended.reason;
}
