import { GurukulError, errorMessage } from '../../data/errors.js';
import type { Predictions } from '../../data/predictions/prediction.js';
import type { StudentInputs } from '../../data/predictions/student-inputs.js';
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
  const sampled = sampledRows(cohort, student, rows);
  const other =
    firstValueDifference(file, network.features, inputs.features, 0, 'features') ??
    firstValueDifference(
      file,
      sampled.map(nameIn(student)),
      inputs.symbol.map((_, i) => nameIn(inputs)(i)),
      0,
      'rows',
    );
  if (other !== undefined) return other;
  const width = network.features.length;
  for (const [place, row] of sampled.entries()) {
    const expected = network.probability(inputs.values.subarray(place * width, (place + 1) * width));
    const found = student.probability[row] ?? NaN;
    if (!(Math.abs(expected - found) <= STUDENT_TOLERANCE))
      return {
        file: BUNDLE.student,
        expected: `${nameIn(student)(row)} to be ${expected}, within ${STUDENT_TOLERANCE}, as ${weightsFile} gives for ${file}`,
        found: String(found),
      };
  }
  return sampled.length;
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
