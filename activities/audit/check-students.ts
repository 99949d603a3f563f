import type { Predictions } from '../../data/predictions/prediction.js';
import { readPredictionSets } from './bundle-facts.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE, cohortOfStudentFile, studentFile } from './bundle-layout.js';
import type { PartialCheck } from './check-figures.js';
import { checkStudentInputs } from './check-student-inputs.js';
import { checkStudentWindows } from './check-student-windows.js';
import { taughtWindows } from './check-teachers.js';
import type { Difference } from './differences.js';

/** Result of comparing the students with their predictions. */
export interface StudentCheck extends PartialCheck {
  /** Predictions that were recomputed from model, weights and inputs. */
  readonly recomputed: number;
  /** Ids of the cohorts whose students have no predictions that their weights could be compared with. */
  readonly silent: readonly string[];
}

/** Checks that every student belongs to a cohort with teachers: any other one could be compared with nothing. */
export function checkStudentCohorts(covered: BundleFiles): Difference | undefined {
  const cohorts = taughtWindows(covered);
  for (const file of covered.keys()) {
    const cohort = cohortOfStudentFile(file);
    if (cohort !== undefined && !cohorts.has(cohort))
      return { file, expected: 'only students of cohorts with teachers', found: `a student of ${cohort}` };
  }
  return undefined;
}

/**
 * Compares every student with the predictions: it predicts exactly the forward rows of its teachers, its windows.jsonl
 * follows from them, and model and weights give the sampled ones from their inputs.
 *
 * Earlier versions kept no inputs: in a bundle of another program, such students are unchecked.
 */
export async function checkStudents(files: BundleFiles, sameProgram: boolean): Promise<StudentCheck> {
  const { teacher, student } = await readPredictionSets(files);
  const unchecked: string[] = [];
  const silent: string[] = [];
  let recomputed = 0;
  const failed = (difference: Difference): StudentCheck => ({ difference, unchecked, recomputed, silent });
  const other = firstOtherRow(teacher, student);
  if (other !== undefined) return failed(other);
  const rowsOf = rowsByWindow(student);
  for (const [cohort, windows] of taughtWindows(files)) {
    const wrong = checkStudentWindows(files, cohort, windows, student, rowsOf);
    if (wrong !== undefined) return failed(wrong);
    const rows = windows.flatMap((window) => rowsOf.get(window) ?? []);
    const file = studentFile(cohort, 'inputs.parquet');
    if (!files.has(file)) {
      if (sameProgram) return failed({ file, expected: 'a file of every student', found: 'no such file' });
      unchecked.push(`${file}: not in the bundle, so model and weights may not be those of the predictions`);
      continue;
    }
    const checked = await checkStudentInputs(files, cohort, student, rows);
    if (typeof checked !== 'number') return failed(checked);
    recomputed += checked;
    if (checked === 0) silent.push(cohort);
  }
  return { unchecked, recomputed, silent };
}

/** The first row in which the students' predictions are of another row than the teachers' forward ones. */
function firstOtherRow(teacher: Predictions, student: Predictions): Difference | undefined {
  const forward = [...teacher.split.keys()].filter((row) => teacher.split[row] === 'forward');
  const columns = ['symbol', 'date', 'window', 'label', 'forwardReturn', 'baseRate'] as const;
  for (const [row, of] of forward.entries())
    for (const column of columns)
      if (student.split[row] !== 'forward' || student[column][row] !== teacher[column][of])
        return {
          file: BUNDLE.student,
          expected: `row ${row + 1} to be the teacher's of ${teacher.window[of] ?? ''} on ${teacher.date[of] ?? ''}`,
          found: `${column} ${student[column][row] ?? 'of no row'}`,
        };
  return student.symbol.length === forward.length
    ? undefined
    : {
        file: BUNDLE.student,
        expected: `the teachers' ${forward.length} forward rows`,
        found: `${student.symbol.length} rows`,
      };
}

function rowsByWindow({ window }: Predictions): ReadonlyMap<string, readonly number[]> {
  const rows = new Map<string, number[]>();
  for (const [row, label] of window.entries()) {
    const own = rows.get(label);
    if (own === undefined) rows.set(label, [row]);
    else own.push(row);
  }
  return rows;
}
