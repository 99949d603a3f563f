import { GurukulError } from '../../../data/errors.js';
import type { Predictions } from '../../../data/predictions/prediction.js';
import type { Forecast, RowOutcome } from './student-forecast.js';

/**
 * Largest difference between a student's prediction and that of its network on a table of its own. The training backend
 * adds in single precision.
 */
export const REPLAY_TOLERANCE = 1e-6;

/**
 * Requires that unshocked bars give what the student predicted: otherwise the rebuilt features are not those that it was
 * trained on, or the network is not the student, and no shock would mean anything.
 *
 * @param rows Of the predictions, in the order of the forecasts and outcomes.
 * @returns The largest difference of a probability or score.
 * @throws GurukulError Bug naming the first row that differs.
 */
export function checkReplay(
  student: Predictions,
  rows: readonly number[],
  forecasts: readonly (Forecast | undefined)[],
  outcomes: readonly Pick<RowOutcome, 'label' | 'forwardReturn'>[],
): number {
  let largest = 0;
  for (const [at, row] of rows.entries()) {
    const forecast = forecasts[at];
    const refuse = (what: string, expected: unknown, found: unknown): GurukulError =>
      new GurukulError(
        'Bug',
        `${student.symbol[row] ?? ''} on ${student.date[row] ?? ''}: predicted again on the same bars, its ${what} is ${String(found)}, not ${String(expected)}`,
      );
    if (forecast === undefined) throw refuse('row', 'complete', 'not complete');
    for (const name of ['label', 'forwardReturn'] as const)
      if (outcomes[at]?.[name] !== student[name][row])
        throw refuse(name, student[name][row], outcomes[at]?.[name]);
    for (const name of ['probability', 'score'] as const) {
      const difference = Math.abs(forecast[name] - (student[name][row] ?? NaN));
      const { probability } = forecast;
      // A logit changes by that much more than its probability.
      const unit = name === 'probability' || forecast.ranked ? 1 : 1 / (probability * (1 - probability));
      if (!(difference <= REPLAY_TOLERANCE * unit)) throw refuse(name, student[name][row], forecast[name]);
      largest = Math.max(largest, difference / unit);
    }
  }
  return largest;
}
