import type { Predictions } from '../../../data/predictions/prediction.js';
import type { StudentInputs } from '../../../data/predictions/student-inputs.js';
import { sampledRows } from '../../../data/predictions/student-sample.js';
import { STUDENT_INPUTS, columnNames } from '../../inference/student-network.js';
import type { FeatureTable } from '../../market/feature-table.js';
import { studentColumns } from './network-inputs.js';
import type { TaughtWindow } from './taught-windows.js';
import { STUDENT_SPLITS } from './taught-windows.js';

/**
 * The inputs behind a sample of a student's forward predictions, so that a verifier without bars can compute these from
 * the model. Columns are named `features/NAME`, and so on for each input.
 *
 * @param predictions Of the windows: see `studentPredictions`.
 */
export function keptInputs(
  table: FeatureTable,
  windows: readonly TaughtWindow[],
  predictions: Predictions,
  cohort: string,
): StudentInputs {
  const columns = studentColumns(table);
  const features = columnNames(columns);
  const forward = [...predictions.symbol.keys()].filter((row) => predictions.split[row] === 'forward');
  const rows = sampledRows(cohort, predictions, forward);
  const from = windows.flatMap(({ window }) =>
    STUDENT_SPLITS.flatMap((split) => [...window.rows[split]].map((row) => ({ own: window.table, row }))),
  );
  const values = new Float32Array(rows.length * features.length);
  for (const [place, at] of rows.entries()) {
    const source = from[at];
    if (source === undefined) throw new RangeError(`the student of ${cohort} has no row ${at}`);
    let to = place * features.length;
    for (const input of STUDENT_INPUTS) {
      const width = columns[input].length;
      values.set(source.own[input].subarray(source.row * width, (source.row + 1) * width), to);
      to += width;
    }
  }
  return {
    symbol: rows.map((row) => predictions.symbol[row] ?? ''),
    date: rows.map((row) => predictions.date[row] ?? ''),
    split: rows.map((row) => predictions.split[row] ?? ''),
    features,
    values,
  };
}
