import type { Predictions } from '../../../data/predictions/prediction.js';
import type { StudentInputs } from '../../../data/predictions/student-inputs.js';
import { sampledRows } from '../../../data/predictions/student-sample.js';
import type { EvaluatedWindow } from './evaluate-student.js';

/**
 * The raw features behind a sample of a student's predictions, so that a verifier without bars can compute these from
 * the model.
 *
 * @param predictions The forward rows of all windows, window by window: see `studentPredictions`.
 * @param features Names of the features, in the order of the network's inputs.
 */
export function keptInputs(
  windows: readonly EvaluatedWindow[],
  predictions: Predictions,
  features: readonly string[],
  cohort: string,
): StudentInputs {
  const rows = sampledRows(cohort, predictions, predictions.symbol.keys());
  const width = features.length;
  const forward = windows.flatMap(({ window }) =>
    [...window.rows.forward].map((row) => ({ from: window.table.features, row })),
  );
  const values = new Float32Array(rows.length * width);
  for (const [place, at] of rows.entries()) {
    const inputs = forward[at];
    if (inputs === undefined) throw new RangeError(`the student of ${cohort} has no row ${at}`);
    values.set(inputs.from.subarray(inputs.row * width, (inputs.row + 1) * width), place * width);
  }
  return {
    symbol: rows.map((row) => predictions.symbol[row] ?? ''),
    date: rows.map((row) => predictions.date[row] ?? ''),
    split: rows.map((row) => predictions.split[row] ?? ''),
    features,
    values,
  };
}
