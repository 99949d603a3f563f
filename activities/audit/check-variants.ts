import { cohortOfWindow } from '../../data/predictions/prediction.js';
import type { Predictions } from '../../data/predictions/prediction.js';
import type { StudentVariant, VariantRows } from '../../data/predictions/student-variants.js';
import { cohortChoicesSchema } from '../../data/schemas/choices.js';
import { REWARD_CHOICE } from '../model/student/student-grid.js';
import { readJsonFile } from './bundle-facts.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE, choicesFile } from './bundle-layout.js';
import { readVariants } from './bundle-variants.js';
import type { Difference } from './differences.js';

/** Checks that there are as many rows as the students have forward ones. */
export async function checkVariantCount(
  files: BundleFiles,
  forwardRows: number,
): Promise<Difference | undefined> {
  const rows = (await readVariants(files))?.plain.score.length;
  return rows === undefined || rows === forwardRows
    ? undefined
    : { file: BUNDLE.variants, expected: `the students' ${forwardRows} forward rows`, found: `${rows} rows` };
}

/**
 * Checks that students' forward predictions are those of the variant that each cohort chose.
 *
 * @param variants One row for each forward row of the students.
 */
export function checkVariants(
  files: BundleFiles,
  student: Predictions,
  variants: VariantRows,
): Difference | undefined {
  const file = BUNDLE.variants;
  const forward = [...student.split.keys()].filter((row) => student.split[row] === 'forward');
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
