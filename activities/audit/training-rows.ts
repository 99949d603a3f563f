import type { Interval } from '../../data/schemas/run-choices.js';
import { barTimeTexts } from '../../data/bars/bar-time.js';
import { sha256 } from '../../data/store/digests.js';
import type { FeatureTable } from '../market/feature-table.js';

/** The rows that a model learnt from, without the rows themselves. */
export interface TrainingRows {
  readonly count: number;
  /** Times of the first and the last bar, as in the predictions; null where there is no row. */
  readonly first: string | null;
  readonly last: string | null;
  /** Of one line for each row; see {@link digestTrainingRows}. */
  readonly sha256: string;
}

/** A row of the feature table that was learnt from. */
export interface TrainingRow {
  /** Index of the symbol in the table. */
  readonly symbol: number;
  /** Row in that symbol's table. */
  readonly row: number;
  /** Its weights. */
  readonly weights: readonly number[];
}

/**
 * The digest of training rows: the SHA-256 of one line `SYMBOL,TIME,LABEL,WEIGHT…` for each, ended by a line feed, in the
 * order of symbol (by UTF-16 code units) and time. Weights are single-precision numbers in the shortest form that
 * gives the same double, as in JSON.
 */
export function digestTrainingRows(
  { symbols }: Pick<FeatureTable, 'symbols'>,
  rows: readonly TrainingRow[],
  interval: Interval,
): TrainingRows {
  const timeOf = barTimeTexts(interval);
  const sorted = [...rows].sort((a, b) => a.symbol - b.symbol || a.row - b.row);
  let [first, last] = [Infinity, -Infinity];
  const lines = sorted.map(({ symbol, row, weights }) => {
    const own = symbols[symbol];
    const time = own?.time[row] ?? NaN;
    first = Math.min(first, time);
    last = Math.max(last, time);
    return `${[own?.symbol, timeOf(time), own?.label[row], ...weights].join(',')}\n`;
  });
  return {
    count: rows.length,
    first: rows.length === 0 ? null : timeOf(first),
    last: rows.length === 0 ? null : timeOf(last),
    sha256: sha256(lines.join('')),
  };
}
