import type { FeatureTable, SymbolTable } from '../../../activities/market/feature-table.js';
import type { RowSet } from '../../../activities/model/rows/row-set.js';
import { collectTwoParts } from '../../../activities/model/rows/row-set.js';

/** Rows that `pick` selects from every symbol of a table, as one part. */
export function collectRows(table: FeatureTable, pick: (symbol: SymbolTable) => Int32Array): RowSet {
  return collectTwoParts(table, pick, () => new Int32Array(0)).rows;
}
