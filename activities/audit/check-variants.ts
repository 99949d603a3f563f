import { cohortOfWindow } from '../../data/predictions/prediction.js';
import type { Predictions } from '../../data/predictions/prediction.js';
import type { StudentVariant } from '../../data/predictions/student-variants.js';
import { cohortChoicesSchema } from '../../data/schemas/choices.js';
import { REWARD_CHOICE } from '../model/student/student-grid.js';
import { readJsonFile } from './bundle-facts.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE, choicesFile } from './bundle-layout.js';
import { readVariants } from './bundle-variants.js';
import type { Difference } from './differences.js';

/**
 * Checks that the students' forward predictions are those of the variant that each cohort chose.
 *
 * @param student The students' predictions.
 */
export async function checkVariants(
  files: BundleFiles,
  student: Predictions,
): Promise<Difference | undefined> {
  const variants = await readVariants(files);
  if (variants === undefined) return undefined;
  const file = BUNDLE.variants;
  const forward = [...student.split.keys()].filter((row) => student.split[row] === 'forward');
  if (variants.plain.score.length !== forward.length)
    return {
      file,
      expected: `the students' ${forward.length} forward rows`,
      found: `${variants.plain.score.length} rows`,
    };
  const chosen = new Map<string, Exclude<StudentVariant, 'hard'>>();
  for (const [place, row] of forward.entries()) {
    const cohort = cohortOfWindow(student.window[row] ?? '');
    const variant = chosen.get(cohort) ?? candidateOf(files, cohort);
    chosen.set(cohort, variant);
    for (const column of ['probability', 'score'] as const) {
      const [expected, found] = [variants[variant][column][place], student[column][row]];
      if (expected !== found)
        return {
          file: BUNDLE.student,
          expected: `${column} of ${student.window[row] ?? ''} on ${student.date[row] ?? ''} to be ${expected}, that of ${variant} in ${file}`,
          found: String(found),
        };
    }
  }
  return undefined;
}

/** The student that a cohort chose; `plain` where nothing was chosen. */
function candidateOf(files: BundleFiles, cohort: string): Exclude<StudentVariant, 'hard'> {
  const path = choicesFile(cohort, 'real');
  if (!files.has(path)) return 'plain';
  const { choices } = readJsonFile(files, path, cohortChoicesSchema);
  return (choices.find(({ what }) => what === REWARD_CHOICE)?.chosen ?? 0) === 0 ? 'plain' : 'reward';
}
