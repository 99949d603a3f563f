import { isCancellation } from '@temporalio/workflow';

import type { ValidateActivities } from '../../activities/validate/activities.js';
import { cpu } from '../shared/activities.js';
import { inPool } from '../shared/pool.js';
import type { PreparedRun } from './prepare-run.js';
import type { RunControl } from './run-control.js';

type ArmName = Parameters<ValidateActivities['measureArm']>[0]['arm'];

/** The arms of the figures: those that take longest first, so that none of them is alone at the end. */
const ARMS: readonly ArmName[] = [
  ...(['student', 'teacher', 'placebo', 'studentPlacebo'] as const).map(
    (model) => ({ split: 'forward', model }) as const,
  ),
  ...(['teacher', 'placebo', 'student'] as const).map((model) => ({ split: 'validation', model }) as const),
];

/** Measures all cohorts, then all arms, each in an activity of its own; as many at once as cohorts are trained at once. */
export async function measureFigures(
  { settled: { config }, head, ingest, trials }: PreparedRun,
  control: RunControl,
): Promise<void> {
  const { plan } = head;
  // The newest has the longest past, and takes longest.
  await each([...head.cohorts].reverse(), async ({ id }) =>
    cpu.measureCohort.executeWithOptions({ summary: `${id} · figures` }, [{ config, cohort: id, ingest }]),
  );
  await each(ARMS, async (arm) =>
    cpu.measureArm.executeWithOptions({ summary: `${arm.split} rows · ${arm.model}` }, [
      { config, arm, plan, trials },
    ]),
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
          await control.gate.pass(async () => work(item));
        } catch (error) {
          if (isCancellation(error)) throw error;
          failures.push(error);
        }
      },
    );
    if (failures.length > 0) throw failures[0];
  }
}
