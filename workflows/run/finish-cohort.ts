import { isCancellation, patched } from '@temporalio/workflow';

import type { CohortHead } from '../../activities/plan/activities.js';
import { cpu, trainOn } from '../shared/activities.js';
import { isHistoryLong } from '../shared/history-length.js';
import { queueOf, readyCohorts } from './book-cohorts.js';
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

/** Finishes cohorts while others are taught: those that are ready, and that nobody else finishes. */
export class EarlyFinishes {
  readonly #running = new Set<string>();
  readonly #failed = new Set<string>();

  /** Called in the place of a cohort that has ended: so no more is done at once than cohorts may be taught at once. */
  async afterCohort(step: TeachStep): Promise<void> {
    // Runs of earlier versions train all students after all teachers.
    if (!patched('students-as-cohorts-end') || !measuresCohorts()) return;
    for (;;) {
      const next = readyCohorts(step.book.snapshot()).find(
        ({ id }) => !this.#running.has(id) && !this.#failed.has(id),
      );
      // A paused run, and one with a long history, leave it to the step distill.
      if (next === undefined || !step.control.gate.isOpen() || isHistoryLong()) return;
      this.#running.add(next.id);
      try {
        await finishCohort(step, next, true);
      } catch (error) {
        if (isCancellation(error)) throw error;
        // The step distill tries it again, and fails the run if that fails, too.
        this.#failed.add(next.id);
      } finally {
        this.#running.delete(next.id);
      }
    }
  }
}
