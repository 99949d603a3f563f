import type { FeatureTable } from '../../../../activities/market/feature-table.js';
import type { CohortSplit } from '../../../../activities/market/splits/splits.js';
import { cohortSplit, windowRows } from '../../../../activities/market/splits/splits.js';
import type { TrainableWindow } from '../../../../activities/model/teachers/window-batch.js';

/** A cohort of half a year, of all symbols of a synthetic table of at least 560 bars. */
export function madeCohort(table: FeatureTable): {
  readonly split: CohortSplit;
  readonly windows: readonly TrainableWindow[];
} {
  const split = cohortSplit(
    table,
    { id: 'c', start: '2020-09-01', end: '2021-03-01' },
    { validationShare: 0.25, forwardDays: 60, to: '2021-06-01' },
  );
  return {
    split,
    windows: table.symbols.map((symbol) => ({ table: symbol, rows: windowRows(symbol, split) })),
  };
}
