import type { Predictions } from '../../data/predictions/prediction.js';

/**
 * How far the probabilities of two backends may be apart. Sums in another order, in 32-bit floats, over a whole
 * training: native CPU and WebAssembly were 1.2e-7 apart (24 windows, `check:gpu -- --cpu`). No figure of a
 * bundle, rounded as it is shown, changes by this much.
 */
export const PARITY_TOLERANCE = 1e-4;

/** How far two sets of predictions are apart. */
export interface Parity {
  readonly rows: number;
  /** Largest and mean absolute difference of probabilities. */
  readonly largest: number;
  readonly mean: number;
}

/**
 * Compares the probabilities of two backends row by row.
 *
 * @throws RangeError when they are not about the same rows.
 */
export function compareProbabilities(one: Predictions, other: Predictions): Parity {
  const rowsOf = ({ window, split, date }: Predictions): string =>
    JSON.stringify(window.map((name, row) => [name, split[row], date[row]]));
  if (rowsOf(one) !== rowsOf(other)) throw new RangeError('the two backends foretell other rows');
  const differences = one.probability.map((value, row) => Math.abs(value - (other.probability[row] ?? NaN)));
  const rows = differences.length;
  return {
    rows,
    largest: differences.reduce((most, difference) => Math.max(most, difference), 0),
    mean: differences.reduce((sum, difference) => sum + difference, 0) / rows,
  };
}

/** Whether two backends may stand for each other. No rows, or no numbers, are no proof. */
export function isWithinTolerance({ rows, largest }: Parity): boolean {
  return rows > 0 && largest <= PARITY_TOLERANCE;
}
