import type { FeatureTable, SymbolTable } from '../../../activities/market/feature-table.js';
import type { TargetRows } from '../../../activities/model/prior/target-rows.js';
import { withTargets } from '../../../activities/model/prior/target-rows.js';
import { collectTwoParts } from '../../../activities/model/rows/row-set.js';

/** Rows that `pick` selects from every symbol of a table, as one part. */
export function collectRows(table: FeatureTable, pick: (symbol: SymbolTable) => Int32Array): TargetRows {
  return withTargets(collectTwoParts(table, pick, () => new Int32Array(0)).rows);
}
