import type { ErrorType } from '../../../data/errors.js';
import type { QuarantinedWindow } from '../../../data/schemas/shard-troubles.js';
import type { FeatureTable } from '../../market/feature-table.js';
import type { CohortSplit } from '../../market/splits/splits.js';
import { windowRows } from '../../market/splits/splits.js';
import { soundRows } from '../rows/row-set.js';
import type { TrainableWindow } from './window-batch.js';
import { WINDOW_PARTS } from './window-batch.js';

/** Why a window cannot be trained. */
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
  if (rows.select.length === 0 || rows.fit.length === 0)
    return {
      error: 'DataGap',
      message: `${rows.select.length} rows to choose on and ${rows.fit.length} to fit on have all features and a resolved label; at least one of each is needed`,
    };
  const sound = soundRows(symbolTable, table.names.length);
  const unsound = WINDOW_PARTS.flatMap((part) => [...rows[part].filter((row) => sound[row] !== 1)]);
  if (unsound.length > 0)
    return {
      error: 'Diverged',
      message: `${unsound.length} rows hold features or returns that are not numbers`,
    };
  return { table: symbolTable, rows };
}

/** What is said of a window whose training went wrong. */
export const DIVERGED: WindowFailure = {
  error: 'Diverged',
  message: 'the loss or the weights are not numbers any more',
};

/** What is said of a window that is left out since it ends the trainer. It stands in the bundle, so it names no place or time. */
export function inQuarantine({ error, strikes }: QuarantinedWindow): WindowFailure {
  const how = error === 'OutOfMemory' ? 'ran out of memory' : 'ended';
  return {
    error,
    message: `quarantined: the trainer ${how} ${strikes} times with this window alone in hand`,
  };
}

export function isFailure(window: object): window is WindowFailure {
  return 'error' in window;
}
