import type { Predictions } from '../../data/predictions/prediction.js';
import { readStudentNetwork } from '../inference/student-network.js';
import { contentOf } from './bundle-content.js';
import { readPredictionSets } from './bundle-facts.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE, cohortOfStudentFile, studentFile } from './bundle-layout.js';
import type { PartialCheck } from './check-figures.js';
import { checkOnnx } from './check-onnx.js';
import { checkStudentInputs } from './check-student-inputs.js';
import { checkStudentWindows } from './check-student-windows.js';
import { taughtWindows } from './check-teachers.js';
import { checkVariants } from './check-variants.js';
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
 * Compares every student with the predictions: it predicts exactly the validation and forward rows of its teachers, its
 * windows.jsonl follows from them, and model and weights give the sampled ones from their inputs.
 *
 * Earlier versions kept no inputs: in a bundle of another program, such students are unchecked.
 */
export async function checkStudents(files: BundleFiles, sameProgram: boolean): Promise<StudentCheck> {
  const { teacher, student } = await readPredictionSets(files);
  const unchecked: string[] = [];
  const silent: string[] = [];
  let recomputed = 0;
  const failed = (difference: Difference): StudentCheck => ({ difference, unchecked, recomputed, silent });
  if (sameProgram && !files.has(BUNDLE.variants))
    return failed({ file: BUNDLE.variants, expected: 'a file of every bundle', found: 'no such file' });
  const other = firstOtherRow(teacher, student, sameProgram) ?? (await checkVariants(files, student));
  if (other !== undefined) return failed(other);
  if (!files.has(BUNDLE.variants)) unchecked.push(`${BUNDLE.variants}: not in the bundle`);
  const rowsOf = rowsByWindow(student);
  for (const [cohort, windows] of taughtWindows(files)) {
    const wrong = checkStudentWindows(files, cohort, windows, student, rowsOf);
    if (wrong !== undefined) return failed(wrong);
    const [model, weights] = [studentFile(cohort, 'model.json'), studentFile(cohort, 'weights.bin')];
    const network = readStudentNetwork(model, contentOf(files, model), contentOf(files, weights));
    const onnx = checkOnnx(files, cohort, network);
    if (onnx !== undefined) return failed(onnx);
    const rows = windows.flatMap((window) => rowsOf.get(window) ?? []);
    const file = studentFile(cohort, 'inputs.parquet');
    if (!files.has(file)) {
      if (sameProgram) return failed({ file, expected: 'a file of every student', found: 'no such file' });
      unchecked.push(`${file}: not in the bundle, so model and weights may not be those of the predictions`);
      continue;
    }
    const checked = await checkStudentInputs(files, cohort, student, rows, network);
    if (typeof checked !== 'number') return failed(checked);
    recomputed += checked;
    if (checked === 0) silent.push(cohort);
  }
  return { unchecked, recomputed, silent };
}

/** The first row in which the students' predictions are of another row than the teachers'. */
function firstOtherRow(
  teacher: Predictions,
  student: Predictions,
  sameProgram: boolean,
): Difference | undefined {
  // Students of earlier versions predicted forward rows alone.
  const forwardOnly = !sameProgram && !student.split.includes('validation');
  const wanted = [...teacher.split.keys()].filter(
    (row) => teacher.split[row] === 'forward' || (!forwardOnly && teacher.split[row] === 'validation'),
  );
  const columns = ['symbol', 'date', 'window', 'split', 'label', 'forwardReturn', 'baseRate'] as const;
  for (const [row, of] of wanted.entries())
    for (const column of columns)
      if (student[column][row] !== teacher[column][of])
        return {
          file: BUNDLE.student,
          expected: `row ${row + 1} to be the teacher's of ${teacher.window[of] ?? ''} on ${teacher.date[of] ?? ''}`,
          found: `${column} ${student[column][row] ?? 'of no row'}`,
        };
  return student.symbol.length === wanted.length
    ? undefined
    : {
        file: BUNDLE.student,
        expected: `the teachers' ${wanted.length} rows`,
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
