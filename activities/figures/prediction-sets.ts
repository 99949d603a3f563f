import { takeRows } from '../../data/predictions/parquet.js';
import type { Model, Predictions } from '../../data/predictions/prediction.js';

/** The rows of some models. */
export function ofModels(predictions: Predictions, models: readonly Model[]): Predictions {
  const rows = [...predictions.model.keys()].filter((row) =>
    models.some((name) => name === predictions.model[row]),
  );
  return rows.length === predictions.model.length ? predictions : takeRows(predictions, rows);
}

/**
 * What a file of placebo predictions holds: those of the teachers of placebo bars and, if there are any, those of their
 * students, and of the real bars with permuted targets.
 */
export function placeboSets(file: Predictions): {
  readonly placebo: Predictions;
  readonly permuted?: Predictions;
  readonly studentPlacebo?: Predictions;
} {
  const permuted = ofModels(file, ['permuted']);
  const studentPlacebo = ofModels(file, ['studentPlacebo']);
  return {
    placebo: ofModels(file, ['placebo', 'teacher', 'student']),
    ...(permuted.symbol.length === 0 ? {} : { permuted }),
    ...(studentPlacebo.symbol.length === 0 ? {} : { studentPlacebo }),
  };
}
