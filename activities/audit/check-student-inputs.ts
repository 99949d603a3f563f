import { GurukulError, errorMessage } from '../../data/errors.js';
import type { Predictions } from '../../data/predictions/prediction.js';
import type { StudentInputs } from '../../data/predictions/student-inputs.js';
import { isLogitScore } from '../../data/predictions/logit-score.js';
import { decodeStudentInputs } from '../../data/predictions/student-inputs.js';
import { sampledRows } from '../../data/predictions/student-sample.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE, studentFile } from './bundle-layout.js';
import type { Difference } from './differences.js';
import { firstValueDifference } from './differences.js';
import { readStudentNetwork } from './student-network.js';

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
 * @returns Number of recomputed predictions, or the first difference.
 */
export async function checkStudentInputs(
  files: BundleFiles,
  cohort: string,
  student: Predictions,
  rows: readonly number[],
): Promise<number | Difference> {
  const file = studentFile(cohort, 'inputs.parquet');
  const weightsFile = studentFile(cohort, 'weights.bin');
  const contentOf = (name: string): Uint8Array => files.get(name) ?? new Uint8Array(0);
  const modelFile = studentFile(cohort, 'model.json');
  const network = readStudentNetwork(modelFile, contentOf(modelFile), contentOf(weightsFile));
  const inputs = await readInputs(file, contentOf(file));
  const forward = rows.filter((row) => student.split[row] === 'forward');
  const sampled = sampledRows(cohort, student, forward);
  const other =
    firstValueDifference(file, network.columns, inputs.features, 0, 'columns') ??
    firstValueDifference(
      file,
      sampled.map(nameIn(student)),
      inputs.symbol.map((_, i) => nameIn(inputs)(i)),
      0,
      'rows',
    );
  if (other !== undefined) return other;
  const width = network.columns.length;
  const symbols = symbolsByDate(student, forward);
  for (const [place, row] of sampled.entries()) {
    const expected = network.predict(inputs.values.subarray(place * width, (place + 1) * width));
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
