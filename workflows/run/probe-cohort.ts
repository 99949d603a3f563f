import { patched } from '@temporalio/workflow';

import type { CohortHead } from '../../activities/plan/activities.js';
import { cpu } from '../shared/activities.js';
import type { TeachStep } from './teach-cohorts.js';

/** Whether cohorts are probed for leaks one by one; runs of earlier versions probed all of them at the end. */
export function probesCohorts(): boolean {
  if (!patched('probes-by-cohort')) return false;
  return true;
}

/** Probes a cohort whose teachers are trained. What is found is judged once all are probed. */
export async function probeCohort(
  { settled: { config }, ingest, head, control }: Pick<TeachStep, 'settled' | 'ingest' | 'head' | 'control'>,
  cohort: CohortHead,
): Promise<void> {
  await control.gate.pass(async () =>
    cpu.probeCohort.executeWithOptions({ summary: `${cohort.id} · leakage probes` }, [
      { config, cohort: cohort.id, ingest, plan: head.plan },
    ]),
  );
}
