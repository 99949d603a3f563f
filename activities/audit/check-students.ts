import type { Predictions, Split } from '../../data/predictions/prediction.js';
import { cohortOfWindow, emptyPredictions } from '../../data/predictions/prediction.js';
import { readStudentNetwork } from '../inference/student-network.js';
import { contentOf } from './bundle-content.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE, cohortOfStudentFile, studentFile } from './bundle-layout.js';
import type { PartialCheck } from './check-figures.js';
import { checkOnnx } from './check-onnx.js';
import { checkStudentInputs } from './check-student-inputs.js';
import { checkStudentWindows } from './check-student-windows.js';
import { taughtWindows } from './check-teachers.js';
import { checkVariantCount, checkVariants } from './check-variants.js';
import type { Difference } from './differences.js';
import type { PredictedRows } from './predicted-rows.js';
import type { RowCheck } from './row-checks.js';

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
export function studentsCheck(files: BundleFiles, sameProgram: boolean): RowCheck<StudentCheck> {
  return new StudentsCheck(files, sameProgram);
}

/** What was found of one student. */
interface CohortCheck {
  readonly difference?: Difference;
  readonly unchecked: readonly string[];
  readonly recomputed: number;
}

class StudentsCheck implements RowCheck<StudentCheck> {
  readonly #cohorts = new Map<string, CohortCheck>();
  /** The first row that is another one than the teachers', and the same where students have forward rows alone. */
  #otherRow: Difference | undefined;
  #otherForwardRow: Difference | undefined;
  #haveValidation = false;
  #variants: Difference | undefined;
  #taught: ReadonlyMap<string, readonly string[]> | undefined;
  #seen = 0;
  #forward = 0;

  constructor(
    readonly files: BundleFiles,
    readonly sameProgram: boolean,
  ) {}

  async see({ teacher, student, variants }: PredictedRows): Promise<void> {
    this.#haveValidation ||= student.split.includes('validation');
    this.#otherRow ??= firstOtherRow(teacher, student, ['validation', 'forward'], this.#seen);
    if (!this.sameProgram) this.#otherForwardRow ??= firstOtherRow(teacher, student, ['forward'], this.#seen);
    this.#seen += student.symbol.length;
    this.#forward += student.split.filter((part) => part === 'forward').length;
    if (variants !== undefined) this.#variants ??= checkVariants(this.files, student, variants);
    const rowsOf = rowsByWindow(student);
    for (const [cohort, windows] of this.#windows())
      if (windows.some((window) => rowsOf.has(window))) await this.#check(cohort, windows, student, rowsOf);
  }

  async end(): Promise<StudentCheck> {
    const { files, sameProgram } = this;
    const failed = (difference: Difference): StudentCheck => ({
      ...{ difference, unchecked: [], recomputed: 0, silent: [] },
    });
    if (sameProgram && !files.has(BUNDLE.variants))
      return failed({ file: BUNDLE.variants, expected: 'a file of every bundle', found: 'no such file' });
    // Students of earlier versions predicted forward rows alone.
    const row = sameProgram || this.#haveValidation ? this.#otherRow : this.#otherForwardRow;
    const other = row ?? (await checkVariantCount(files, this.#forward)) ?? this.#variants;
    if (other !== undefined) return failed(other);
    const unchecked = files.has(BUNDLE.variants) ? [] : [`${BUNDLE.variants}: not in the bundle`];
    const silent: string[] = [];
    let recomputed = 0;
    for (const [cohort, windows] of this.#windows()) {
      // A student may have no rows at all.
      const found =
        this.#cohorts.get(cohort) ?? (await this.#check(cohort, windows, emptyPredictions(), new Map()));
      if (found.difference !== undefined) return failed(found.difference);
      unchecked.push(...found.unchecked);
      recomputed += found.recomputed;
      if (found.recomputed === 0 && found.unchecked.length === 0) silent.push(cohort);
    }
    return { unchecked, recomputed, silent };
  }

  #windows(): ReadonlyMap<string, readonly string[]> {
    return (this.#taught ??= taughtWindows(this.files));
  }

  async #check(
    cohort: string,
    windows: readonly string[],
    student: Predictions,
    rowsOf: ReadonlyMap<string, readonly number[]>,
  ): Promise<CohortCheck> {
    const found = await checkStudent(this, cohort, windows, student, rowsOf);
    this.#cohorts.set(cohort, found);
    return found;
  }
}

async function checkStudent(
  { files, sameProgram }: { readonly files: BundleFiles; readonly sameProgram: boolean },
  cohort: string,
  windows: readonly string[],
  student: Predictions,
  rowsOf: ReadonlyMap<string, readonly number[]>,
): Promise<CohortCheck> {
  const failed = (difference: Difference): CohortCheck => ({ difference, unchecked: [], recomputed: 0 });
  const wrong = checkStudentWindows(files, cohort, windows, student, rowsOf);
  if (wrong !== undefined) return failed(wrong);
  const [model, weights] = [studentFile(cohort, 'model.json'), studentFile(cohort, 'weights.bin')];
  const network = readStudentNetwork(model, contentOf(files, model), contentOf(files, weights));
  const onnx = checkOnnx(files, cohort, network);
  if (onnx !== undefined) return failed(onnx);
  const rows = windows.flatMap((window) => rowsOf.get(window) ?? []);
  const file = studentFile(cohort, 'inputs.parquet');
  if (!files.has(file))
    return sameProgram
      ? failed({ file, expected: 'a file of every student', found: 'no such file' })
      : {
          unchecked: [`${file}: not in the bundle, so model and weights may not be those of the predictions`],
          recomputed: 0,
        };
  const checked = await checkStudentInputs(files, cohort, student, rows, network);
  return typeof checked === 'number' ? { unchecked: [], recomputed: checked } : failed(checked);
}

/**
 * The first row in which the students' predictions are of another row than the teachers'.
 *
 * @param splits Whose rows students predict.
 * @param before Rows of the students that were seen before these.
 */
function firstOtherRow(
  teacher: Predictions,
  student: Predictions,
  splits: readonly Split[],
  before: number,
): Difference | undefined {
  const wanted = [...teacher.split.keys()].filter((row) =>
    splits.some((split) => split === teacher.split[row]),
  );
  const columns = ['symbol', 'date', 'window', 'split', 'label', 'forwardReturn', 'baseRate'] as const;
  for (const [row, of] of wanted.entries())
    for (const column of columns)
      if (student[column][row] !== teacher[column][of])
        return {
          file: BUNDLE.student,
          expected: `row ${before + row + 1} to be the teacher's of ${teacher.window[of] ?? ''} on ${teacher.date[of] ?? ''}`,
          found: `${column} ${student[column][row] ?? 'of no row'}`,
        };
  return student.symbol.length === wanted.length
    ? undefined
    : {
        file: BUNDLE.student,
        expected: `the teachers' ${wanted.length} rows of ${cohortOfWindow(student.window[0] ?? '')}`,
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
