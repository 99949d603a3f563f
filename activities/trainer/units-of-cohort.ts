import type { FileRef } from '../../data/schemas/file-ref.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import type { TeachIndex } from '../../data/schemas/teach-index.js';
import { teachIndexSchema } from '../../data/schemas/teach-index.js';
import { cohortDates } from '../../data/schemas/training-config.js';
import { readJsonRef, refIfExists } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { readStoredJson } from '../../data/store/stored-files.js';
import { unitManifestSchema } from '../../data/store/units.js';
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

/** Everything that a run has trained for one cohort; empty lists where that is nothing. */
export async function indexCohort(home: Home, runId: string, cohort: string): Promise<TeachIndex> {
  const sealed = await readStoredJson(home, home.cohortIndex(runId, cohort), teachIndexSchema);
  const { priors = [], real = [], placebo = [] } = sealed ?? {};
  // An earlier start may have left the student of a cohort that has no teachers now.
  if (!(await hasTeachers(home, real))) return { priors, real, placebo, students: [], placeboStudents: [] };
  const student = await refIfExists(home, home.studentUnit(runId, cohort, 'real'));
  const drawn = await refIfExists(home, home.studentUnit(runId, cohort, 'placebo'));
  return {
    ...{ priors, real, placebo },
    students: student === undefined ? [] : [student],
    placeboStudents: drawn !== undefined && (await hasTeachers(home, placebo)) ? [drawn] : [],
  };
}

/** Whether one of a cohort's shards has teachers. */
async function hasTeachers(home: Home, shards: readonly FileRef[]): Promise<boolean> {
  for (const ref of shards) {
    const { outputs } = await readJsonRef(home, ref, unitManifestSchema);
    if (outputs['predictions'] !== undefined) return true;
  }
  return false;
}

const COHORT_ID = /^\d{4}-\d{2}-\d{2}_to_\d{4}-\d{2}-\d{2}$/;

/** The cohort of a unit, which the path of its manifest names. */
export function cohortOfUnit({ uri }: Pick<FileRef, 'uri'>): string | undefined {
  return uri.split('/').find((folder) => COHORT_ID.test(folder));
}

/** The units of a run by cohort, in order; those whose path names none are together. */
export function indexByCohort(index: TeachIndex): ReadonlyMap<string, TeachIndex> {
  const ids = new Set(Object.values(index).flatMap((refs) => refs.map((ref) => cohortOfUnit(ref) ?? '')));
  const of = (refs: readonly FileRef[], id: string): FileRef[] =>
    refs.filter((ref) => (cohortOfUnit(ref) ?? '') === id);
  return new Map(
    [...ids].sort().map((id) => [
      id,
      {
        priors: of(index.priors, id),
        real: of(index.real, id),
        placebo: of(index.placebo, id),
        students: of(index.students, id),
        placeboStudents: of(index.placeboStudents, id),
      },
    ]),
  );
}
