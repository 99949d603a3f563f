import type { RunConfig } from '../../data/schemas/run-input.js';
import { teachIndexSchema } from '../../data/schemas/teach-index.js';
import { cohortDates } from '../../data/schemas/training-config.js';
import { refIfExists } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { readStoredJson } from '../../data/store/stored-files.js';
import { addDays } from '../../data/time/dates.js';
import type { Arm } from '../market/feature-table.js';
import type { CohortUnits } from '../model/jobs.js';

/** What is left of a cohort's training; undefined where it was not trained. */
export async function unitsOf(
  home: Home,
  { runId }: Pick<RunConfig, 'runId'>,
  cohort: string,
  arm: Arm,
): Promise<CohortUnits | undefined> {
  const sealed = await readStoredJson(home, home.cohortIndex(runId, cohort), teachIndexSchema);
  const prior = await refIfExists(home, home.priorUnit(runId, cohort, arm));
  return sealed === undefined || prior === undefined ? undefined : { prior, shards: sealed[arm] };
}

/** The id that the cohort before has: tiles have one length, and each starts where the one before ends. */
export function cohortBefore({ windowDays }: Pick<RunConfig, 'windowDays'>, cohort: string): string {
  const { start } = cohortDates(cohort);
  return `${addDays(start, -windowDays)}_to_${start}`;
}
