import { GurukulError, errorMessage } from '../../data/errors.js';
import type { Predictions } from '../../data/predictions/prediction.js';
import type { StudentInputs } from '../../data/predictions/student-inputs.js';
import { isLogitScore } from '../../data/predictions/logit-score.js';
import { decodeStudentInputs } from '../../data/predictions/student-inputs.js';
import { sampledRows } from '../../data/predictions/student-sample.js';
import type { StudentInput, StudentNetwork } from '../inference/student-network.js';
import { STUDENT_INPUTS, columnNames } from '../inference/student-network.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE, studentFile } from './bundle-layout.js';
import type { Difference } from './differences.js';
import { firstValueDifference } from './differences.js';

/**
 * Largest difference between a prediction and its recomputation. The trainer's backend adds in single precision, in an
 * order of its own: the differences measured are below 1e-6.
 */
export const STUDENT_TOLERANCE = 1e-5;

/**
 * On a date with fewer than five members a score is the logit of the probability. Windows of symbols that have left the
 * index are predicted, too, so a few more may be.
 */
const FEW_SYMBOLS = 10;

/**
 * Recomputes a student's predictions of the sampled rows from its model, weights and inputs. That the inputs are the
 * features of the bars is not checked: a bundle has no bars.
 *
 * @param rows Rows of the student in the students' predictions.
 * @param network Of its model and weights.
 * @returns Number of recomputed predictions, or the first difference.
 */
export async function checkStudentInputs(
  files: BundleFiles,
  cohort: string,
  student: Predictions,
  rows: readonly number[],
  network: StudentNetwork,
): Promise<number | Difference> {
  const file = studentFile(cohort, 'inputs.parquet');
  const weightsFile = studentFile(cohort, 'weights.bin');
  const inputs = await readInputs(file, files.get(file) ?? new Uint8Array(0));
  const forward = rows.filter((row) => student.split[row] === 'forward');
  const sampled = sampledRows(cohort, student, forward);
  const other =
    firstValueDifference(file, columnsOf(network), inputs.features, 0, 'columns') ??
    firstValueDifference(
      file,
      sampled.map(nameIn(student)),
      inputs.symbol.map((_, i) => nameIn(inputs)(i)),
      0,
      'rows',
    );
  if (other !== undefined) return other;
  const outputs = network.predict(inputsOf(network, inputs), sampled.length);
  const symbols = symbolsByDate(student, forward);
  for (const [place, row] of sampled.entries()) {
    const expected = { probability: outputs.probability[place], score: outputs.score?.[place] };
    const wrong = (['probability', 'score'] as const).find((output) => {
      const [own, found] = [expected[output], student[output][row] ?? NaN];
      if (own === undefined || Math.abs(own - found) <= STUDENT_TOLERANCE) return false;
      const mayBeLogit = output === 'score' && (symbols.get(student.date[row] ?? '') ?? 0) < FEW_SYMBOLS;
      return !(mayBeLogit && isLogitScore(found, student.probability[row] ?? NaN));
    });
    if (wrong !== undefined)
      return {
        file: BUNDLE.student,
        expected: `${wrong} of ${nameIn(student)(row)} to be ${expected[wrong]}, within ${STUDENT_TOLERANCE}, as ${weightsFile} gives for ${file}`,
        found: String(student[wrong][row]),
      };
  }
  return sampled.length;
}

/** Names of the columns of a row; students of earlier versions had features alone, which they named plainly. */
function columnsOf({ earlier, columns }: StudentNetwork): readonly string[] {
  return earlier ? columns.features : columnNames(columns);
}

/** Kept rows, input by input. */
function inputsOf(
  { columns }: StudentNetwork,
  { values, features }: StudentInputs,
): Partial<Record<StudentInput, Float32Array>> {
  const inputs: Partial<Record<StudentInput, Float32Array>> = {};
  const rows = values.length / features.length;
  let from = 0;
  for (const name of STUDENT_INPUTS) {
    const width = columns[name].length;
    const matrix = new Float32Array(rows * width);
    for (let row = 0; row < rows; row += 1) {
      const start = row * features.length + from;
      matrix.set(values.subarray(start, start + width), row * width);
    }
    inputs[name] = matrix;
    from += width;
  }
  return inputs;
}

/** Number of symbols predicted on each date. */
function symbolsByDate({ date }: Predictions, rows: readonly number[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(date[row] ?? '', (counts.get(date[row] ?? '') ?? 0) + 1);
  return counts;
}

function nameIn({ symbol, date, split }: Pick<StudentInputs, 'symbol' | 'date' | 'split'>) {
  return (row: number): string => `${symbol[row] ?? ''} on ${date[row] ?? ''} (${split[row] ?? ''})`;
}

async function readInputs(file: string, content: Uint8Array): Promise<StudentInputs> {
  try {
    return await decodeStudentInputs(content);
  } catch (error) {
    throw new GurukulError('BadSchema', `${file}: ${errorMessage(error)}`, { cause: error });
  }
}
