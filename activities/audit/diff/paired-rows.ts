import type { Predictions } from '../../../data/predictions/prediction.js';
import { concatPredictions } from '../../../data/predictions/parquet.js';

/** Called for every row of a cohort that one or both runs have; an index is undefined where a run does not have it. */
export type OnPair = (before: number | undefined, after: number | undefined) => void;

/** The rows of a cohort, sorted as they are paired. */
export function sortedRows(parts: readonly Predictions[]): Predictions {
  return concatPredictions(parts);
}

/**
 * Pairs the rows of a cohort by date, symbol, model and split.
 *
 * @param before From {@link sortedRows}.
 */
export function pairRows(before: Predictions, after: Predictions, onPair: OnPair): void {
  const [rows, others] = [before.symbol.length, after.symbol.length];
  let [a, b] = [0, 0];
  while (a < rows || b < others) {
    const order = a === rows ? 1 : b === others ? -1 : compareKeys(before, a, after, b);
    onPair(order <= 0 ? a : undefined, order >= 0 ? b : undefined);
    if (order <= 0) a += 1;
    if (order >= 0) b += 1;
  }
}

/** In the order of `concatPredictions`. */
const KEYS = ['date', 'symbol', 'window', 'model', 'split'] as const;

function compareKeys(before: Predictions, a: number, after: Predictions, b: number): number {
  for (const key of KEYS) {
    const [left, right] = [before[key][a] ?? '', after[key][b] ?? ''];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
