import type { ErrorType } from '../../../data/errors.js';
import type { QuarantinedWindow } from '../../../data/schemas/shard-troubles.js';
import type { FeatureTable } from '../../market/feature-table.js';
import type { CohortSplit } from '../../market/splits/splits.js';
import { isTrainable, windowRows } from '../../market/splits/splits.js';
import { finiteRows } from '../rows/row-set.js';
import type { TrainableWindow } from './window-batch.js';
import { WINDOW_PARTS } from './window-batch.js';

/** Why a window was not trained. */
export interface WindowFailure {
  readonly error: ErrorType;
  readonly message: string;
}

/** The window of a symbol in a cohort, or why it cannot be trained. */
export function admitWindow(
  table: FeatureTable,
  symbol: string,
  split: CohortSplit,
): TrainableWindow | WindowFailure {
  const symbolTable = table.symbols.find((candidate) => candidate.symbol === symbol);
  if (symbolTable === undefined)
    return { error: 'DataGap', message: `the ingest has no series of ${symbol}` };
  const rows = windowRows(symbolTable, split);
  if (!isTrainable(rows))
    return {
      error: 'DataGap',
      message: `too few usable rows: ${rows.select.length} for selection and ${rows.fit.length} for the fit have complete features and a resolved label; at least one of each is needed`,
    };
  const finite = finiteRows(symbolTable, table.names.length);
  const bad = WINDOW_PARTS.flatMap((part) => [...rows[part].filter((row) => finite[row] !== 1)]);
  if (bad.length > 0)
    return {
      error: 'Diverged',
      message: `${bad.length} rows have features or returns that are not finite`,
    };
  return { table: symbolTable, rows };
}

/** Failure of a window whose training diverged. */
export const DIVERGED: WindowFailure = {
  error: 'Diverged',
  message: 'training diverged: predictions or parameters are not finite',
};

/** Failure of a window that is left out because it crashes the trainer. Part of the bundle, so it names neither machine nor time. */
export function quarantineFailure({ error, strikes }: QuarantinedWindow): WindowFailure {
  const how = error === 'OutOfMemory' ? 'ran out of memory' : 'crashed';
  return {
    error,
    message: `quarantined: the trainer ${how} ${strikes} times while training this window alone`,
  };
}

export function isFailure(window: object): window is WindowFailure {
  return 'error' in window;
}
