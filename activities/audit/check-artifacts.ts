import { artifactsSchema } from '../../data/schemas/bundle.js';
import { readBundlePlan, readJsonFile } from './bundle-facts.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE, cohortOfStudentFile, entriesOf } from './bundle-layout.js';
import type { Difference } from './differences.js';
import { firstValueDifference } from './differences.js';

/** Files of a model, each needed. */
const MODEL_FILES = ['model.json', 'weights.bin'] as const;

const PRIOR_FILE = /^(?:teachers|placebo)\/([^/]+)\/prior\/[a-z][a-z0-9_.-]*\.(?:json|bin|parquet)$/;

/**
 * Compares artifacts.json with the bundle's own files: it lists exactly the students of the bundle, with their sizes
 * and digests, and priors of planned cohorts. Priors are not in the bundle: their digests are only claimed. Every
 * cohort with teachers has a prior, one for its placebo, and a student: a run without one of them has no bundle.
 *
 * @param taught Ids of the cohorts with at least one teacher.
 */
export function checkArtifacts(files: BundleFiles, taught: Iterable<string>): Difference | undefined {
  const file = BUNDLE.artifacts;
  const { files: listed } = readJsonFile(files, file, artifactsSchema);
  const planned = new Set(readBundlePlan(files).cohorts.map(({ id }) => id));
  const paths = new Set(listed.map((entry) => entry.path));
  const unsorted = listed.find((entry, i) => i > 0 && entry.path <= (listed[i - 1]?.path ?? ''));
  if (unsorted !== undefined)
    return { file, expected: 'files sorted by path, each once', found: `${unsorted.path} out of order` };

  const students = entriesOf(files)
    .filter((entry) => cohortOfStudentFile(entry.path) !== undefined)
    .map((entry) => ({ ...entry, path: entry.path.replace(/^models\//, '') }));
  const unlisted = students.find((entry) => !paths.has(entry.path));
  if (unlisted !== undefined) return { file, expected: `an entry ${unlisted.path}`, found: 'no such entry' };
  const own = new Map(students.map((entry) => [entry.path, entry]));
  for (const entry of listed) {
    const student = own.get(entry.path);
    const cohort = PRIOR_FILE.exec(entry.path)?.[1];
    if (student !== undefined) {
      const difference = firstValueDifference(file, student, entry, 0, entry.path);
      if (difference !== undefined) return difference;
    } else if (cohort === undefined || !planned.has(cohort))
      return {
        file,
        expected: 'only students of the bundle and priors of planned cohorts',
        found: entry.path,
      };
  }
  const needed = [
    ...[...taught].flatMap((cohort) =>
      [`teachers/${cohort}/prior`, `placebo/${cohort}/prior`, `students/${cohort}`].flatMap((folder) =>
        MODEL_FILES.map((name) => `${folder}/${name}`),
      ),
    ),
    ...students.flatMap(({ path }) => MODEL_FILES.map((name) => path.replace(/[^/]+$/, name))),
  ];
  const missing = needed.find((name) => !paths.has(name));
  return missing === undefined
    ? undefined
    : { file, expected: `an entry ${missing}`, found: 'no such entry' };
}
