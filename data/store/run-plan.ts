import { z } from 'zod';

import { GurukulError } from '../errors.js';
import type { FileRef } from '../schemas/file-ref.js';
import type { CohortPlan, Plan } from '../schemas/plan.js';
import { cohortPlanSchema, planSchema } from '../schemas/plan.js';
import { canonicalJson } from './digests.js';
import { readJsonRef, writeRef } from './file-refs.js';
import type { Home } from './home.js';
import { readStoredJson, writeStored } from './stored-files.js';

/** A run's plan, checked against its reference. */
export async function readPlan(home: Home, plan: FileRef): Promise<Plan> {
  return readJsonRef(home, plan, planSchema);
}

/** A cohort's part of a plan, in a file of its own. */
const partSchema = cohortPlanSchema.extend({
  /** SHA-256 of the plan that it is a part of. */
  plan: z.string(),
});

/**
 * Writes a plan, and beside it each cohort's part: a shard needs its symbols, and a plan of a million
 * windows is too much to read for each of thousands of shards.
 */
export async function writePlan(home: Home, runId: string, plan: Plan): Promise<FileRef> {
  const ref = await writeRef(home, home.plan(runId), canonicalJson(plan), plan.windows);
  for (const cohort of plan.cohorts) {
    const part: z.input<typeof partSchema> = { ...cohort, plan: ref.sha256 };
    await writeStored(home, home.cohortPlan(runId, cohort.id), canonicalJson(part));
  }
  return ref;
}

/** A cohort's shards: from its own part, or from the plan's file where the part is of another plan. */
export async function readCohort(home: Home, runId: string, plan: FileRef, id: string): Promise<CohortPlan> {
  const part = await readStoredJson(home, home.cohortPlan(runId, id), partSchema);
  if (part?.plan === plan.sha256) return part;
  const { cohorts } = await readPlan(home, plan);
  const cohort = cohorts.find((one) => one.id === id);
  if (cohort === undefined) throw new GurukulError('Bug', `the plan has no cohort ${id}`);
  return cohort;
}
