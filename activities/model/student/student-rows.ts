import { GurukulError } from '../../../data/errors.js';
import type { RowSet } from '../rows/row-set.js';
import type { TrainableWindow } from '../teachers/window-batch.js';
import type { FeatureTable } from '../../market/feature-table.js';
import type { CohortSplit } from '../../market/splits/splits.js';
import { windowRows } from '../../market/splits/splits.js';
import type { SoftLabels } from '../teachers/soft-labels.js';

/** A window with its teacher's probabilities for the rows that the teacher was fitted on. */
export interface TaughtRows {
  readonly symbol: string;
  readonly window: TrainableWindow;
  /** The teacher's probability for every row of `fit`. */
  readonly teacher: Float32Array;
}

/**
 * Joins soft labels with the rows of the feature table, window by window.
 *
 * @param dateOf Formats a bar time.
 * @throws GurukulError ChecksumMismatch when they do not match the table's rows.
 */
export function matchSoftLabels(
  table: FeatureTable,
  split: CohortSplit,
  labels: SoftLabels,
  dateOf: (minutes: number) => string,
): TaughtRows[] {
  const matched: TaughtRows[] = [];
  let from = 0;
  while (from < labels.symbol.length) {
    const symbol = labels.symbol[from] ?? '';
    const known = table.symbols.find((candidate) => candidate.symbol === symbol);
    if (known === undefined) throw mismatch(symbol);
    const rows = windowRows(known, split);
    const to = from + rows.fit.length;
    rows.fit.forEach((row, place) => {
      const at = from + place;
      if (labels.symbol[at] !== symbol || labels.date[at] !== dateOf(known.time[row] ?? NaN))
        throw mismatch(symbol);
    });
    if (to === from || labels.symbol[to] === symbol) throw mismatch(symbol);
    matched.push({
      symbol,
      window: { table: known, rows },
      teacher: Float32Array.from(labels.probability.slice(from, to)),
    });
    from = to;
  }
  return matched;
}

/** The rows of all teachers with their soft labels, as one training set. */
export function softRowSet(table: FeatureTable, taught: readonly TaughtRows[]): RowSet {
  const places = new Map(table.symbols.map(({ symbol }, place) => [symbol, place]));
  const parts = taught.map(({ symbol, window, teacher }) => ({
    place: places.get(symbol) ?? -1,
    rows: window.rows.fit,
    teacher,
  }));
  const label = Float32Array.from(parts.flatMap(({ teacher }) => [...teacher]));
  return {
    table,
    symbol: Int32Array.from(parts.flatMap(({ place, rows }) => new Array<number>(rows.length).fill(place))),
    row: Int32Array.from(parts.flatMap(({ rows }) => [...rows])),
    label,
    weight: new Float32Array(label.length).fill(1),
  };
}

function mismatch(symbol: string): GurukulError {
  return new GurukulError(
    'ChecksumMismatch',
    `the soft labels of ${symbol} do not match the bars of the ingest`,
  );
}
