import type { Predictions } from '../../data/predictions/prediction.js';

/**
 * How far the probabilities of two backends may differ: they add in another order, in 32-bit floats, over a
 * whole training. Native CPU and WebAssembly differed by 1.2e-7 (24 windows, `check:gpu -- --cpu`). No figure of
 * a bundle, rounded as it is shown, changes with differences this small.
 */
export const PARITY_TOLERANCE = 1e-4;

/** How far two sets of predictions differ. */
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
  if (rowsOf(one) !== rowsOf(other)) throw new RangeError('the two backends predict different rows');
  const differences = one.probability.map((value, row) => Math.abs(value - (other.probability[row] ?? NaN)));
  const rows = differences.length;
  return {
    rows,
    largest: differences.reduce((most, difference) => Math.max(most, difference), 0),
    mean: differences.reduce((sum, difference) => sum + difference, 0) / rows,
  };
}

/** Whether two backends may replace each other. Without rows, or with a value that is not finite, they may not. */
export function isWithinTolerance({ rows, largest }: Parity): boolean {
  return rows > 0 && largest <= PARITY_TOLERANCE;
}
