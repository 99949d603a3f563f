import { cohortOfStudentFile } from '../bundle-layout.js';
import type { ComparedBundle } from './compared-bundle.js';

/** Students of two runs, by cohort. */
export interface StudentChanges {
  readonly students: { readonly before: number; readonly after: number; readonly common: number };
  /** Cohorts of both whose student's model or weights differ. */
  readonly moved: readonly string[];
}

/** Compares the model files of the students by their digests. */
export function studentChanges(before: ComparedBundle, after: ComparedBundle): StudentChanges {
  const [was, is] = [modelsOf(before), modelsOf(after)];
  const common = [...was.keys()].filter((cohort) => is.has(cohort)).sort();
  return {
    students: { before: was.size, after: is.size, common: common.length },
    moved: common.filter((cohort) => was.get(cohort) !== is.get(cohort)),
  };
}

/** What makes up a student, whichever files it has: all but the rows that it was measured on. */
const MEASURED = /\/(?:windows\.jsonl|inputs\.parquet)$/;

function modelsOf({ digests }: ComparedBundle): Map<string, string> {
  const models = new Map<string, string>();
  for (const [file, digest] of digests) {
    const cohort = cohortOfStudentFile(file);
    if (cohort === undefined || MEASURED.test(file)) continue;
    models.set(cohort, `${models.get(cohort) ?? ''}${file} ${digest}\n`);
  }
  return models;
}
