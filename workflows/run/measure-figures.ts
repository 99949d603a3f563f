import { isCancellation } from '@temporalio/workflow';

import type { ValidateActivities } from '../../activities/validate/activities.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import { cpu } from '../shared/activities.js';
import { inPool } from '../shared/pool.js';
import { unmeasuredCohorts } from './book-cohorts.js';
import { measureCohort } from './measure-cohort.js';
import type { PreparedRun } from './prepare-run.js';
import type { RunBook } from './run-book.js';
import type { RunControl } from './run-control.js';

type ArmName = Parameters<ValidateActivities['measureArm']>[0]['arm'];

/** The arms of the figures: those that take longest first, so that none of them is alone at the end. */
const ARMS: readonly ArmName[] = [
  ...(['student', 'teacher', 'placebo', 'studentPlacebo'] as const).map(
    (model) => ({ split: 'forward', model }) as const,
  ),
  ...(['teacher', 'placebo', 'student'] as const).map((model) => ({ split: 'validation', model }) as const),
];

/** Measures all arms, each in an activity of its own; as many at once as cohorts are trained at once. */
export async function measureFigures(
  { settled, ingest, trials }: PreparedRun,
  index: FileRef,
  book: RunBook,
  control: RunControl,
): Promise<void> {
  const { config } = settled;
  // None but in a run that an earlier version has begun.
  await each(unmeasuredCohorts(book.snapshot()), async (cohort) =>
    measureCohort({ settled, ingest, book, control }, cohort),
  );
  await each(ARMS, async (arm) =>
    control.gate.pass(async () =>
      cpu.measureArm.executeWithOptions({ summary: `${arm.split} rows · ${arm.model}` }, [
        { config, arm, index, trials },
      ]),
    ),
  );

  async function each<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
    const failures: unknown[] = [];
    await inPool(
      {
        waiting: [...items],
        width: () => control.cohortsAtOnce(config.cohortConcurrency),
        mayStart: () => control.gate.isOpen(),
        draining: () => failures.length > 0,
      },
      async (item) => {
        try {
          await work(item);
        } catch (error) {
          if (isCancellation(error)) throw error;
          failures.push(error);
        }
      },
    );
    if (failures.length > 0) throw failures[0];
  }
}
