import type { AccuracyFigure } from '../../data/schemas/accuracy-test.js';
import { dieboldMariano } from '../stats/diebold-mariano.js';

/**
 * Whether a model has a lower log-loss by date than another forecast: the Diebold–Mariano test. Every date counts the
 * same.
 *
 * @param other The other's loss by date, summed over its rows.
 * @param model The model's.
 * @param rows Number of rows by date.
 * @param horizon Bars of a label.
 */
export function accuracyFigure(
  other: Float64Array,
  model: Float64Array,
  rows: Float64Array,
  horizon: number,
): AccuracyFigure {
  const test = dieboldMariano(
    other.map((loss, date) => (loss - (model[date] ?? NaN)) / (rows[date] ?? NaN)),
    horizon,
  );
  return {
    dates: other.length,
    lags: horizon - 1,
    window: test?.window ?? null,
    mean: test?.mean ?? null,
    statistic: test?.statistic ?? null,
    pValue: test?.pValue ?? null,
    twoSided: test?.twoSided ?? null,
  };
}
