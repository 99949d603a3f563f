import { patched } from '@temporalio/workflow';

import type { CohortHead } from '../../activities/plan/activities.js';
import { cpu } from '../shared/activities.js';
import type { PreparedRun } from './prepare-run.js';
import type { RunBook } from './run-book.js';
import type { RunControl } from './run-control.js';

/** Whether figures are measured cohort by cohort; runs of earlier versions computed all of them at the end. */
export function measuresCohorts(): boolean {
  if (!patched('figures-by-cohort')) return false;
  return true;
}

/** What cohorts are measured with. */
export interface Measuring extends Pick<PreparedRun, 'settled' | 'ingest'> {
  readonly book: RunBook;
  readonly control: RunControl;
}

/** Measures what the figures need of a cohort that has its student. */
export async function measureCohort(
  { settled: { config }, ingest, book, control }: Measuring,
  cohort: CohortHead,
): Promise<void> {
  await control.gate.pass(async () =>
    cpu.measureCohort.executeWithOptions({ summary: `${cohort.id} · figures` }, [
      { config, cohort: cohort.id, ingest },
    ]),
  );
  book.cohortMeasured(cohort);
}
