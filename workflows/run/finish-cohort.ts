import { patched } from '@temporalio/workflow';

import type { CohortHead } from '../../activities/plan/activities.js';
import { cpu, trainOn } from '../shared/activities.js';
import { queueOf } from './book-cohorts.js';
import type { TeachStep } from './teach-cohorts.js';

/** Whether figures are measured cohort by cohort; runs of earlier versions computed all of them at the end. */
export function measuresCohorts(): boolean {
  if (!patched('figures-by-cohort')) return false;
  return true;
}

/**
 * What is left to do with a cohort whose teachers have ended: its student, then what the figures need of it.
 *
 * @param measures From {@link measuresCohorts}.
 */
export async function finishCohort(
  { settled, ingest, book, control }: Pick<TeachStep, 'settled' | 'ingest' | 'book' | 'control'>,
  cohort: CohortHead,
  measures: boolean,
): Promise<void> {
  const { config, trainQueue } = settled;
  const { retries } = book;
  const entryOf = () => book.snapshot().cohorts.find(({ id }) => id === cohort.id);
  if (entryOf()?.distilled !== true) {
    const summary = `${cohort.id} · student of ${cohort.windows} teachers`;
    await control.gate.pass(async () =>
      // A student is trained on the same queue as its teachers.
      trainOn(queueOf(book.snapshot(), cohort) ?? trainQueue).distillStudent.executeWithOptions({ summary }, [
        { config, cohort: cohort.id, ingest },
      ]),
    );
    // What it has learnt from may be taught again by now: then it is distilled again, after that.
    if (book.retries !== retries) return;
    book.studentTrained(cohort);
  }
  if (!measures || entryOf()?.measured === true) return;
  await control.gate.pass(async () =>
    cpu.measureCohort.executeWithOptions({ summary: `${cohort.id} · figures` }, [
      { config, cohort: cohort.id, ingest },
    ]),
  );
  if (book.retries === retries) book.cohortMeasured(cohort);
}
