import { GurukulError } from '../../data/errors.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { CohortPlan, Plan } from '../../data/schemas/plan.js';
import { planSchema } from '../../data/schemas/plan.js';
import { readJsonRef } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';

/** A run's plan, checked against its reference. */
export async function readPlan(home: Home, plan: FileRef): Promise<Plan> {
  return readJsonRef(home, plan, planSchema);
}

/** A cohort's shards, from the plan's file. */
export async function readCohort(home: Home, plan: FileRef, id: string): Promise<CohortPlan> {
  const { cohorts } = await readPlan(home, plan);
  const cohort = cohorts.find((one) => one.id === id);
  if (cohort === undefined) throw new GurukulError('Bug', `the plan has no cohort ${id}`);
  return cohort;
}
