import { logitLogLoss } from '../../stats/log-loss.js';
import { mean } from '../../stats/moments.js';
import type { WindowFailure } from './admit-window.js';
import type { TaughtWindow } from './teach-windows.js';
import type { TrainableWindow, WindowPart } from './window-batch.js';

/** Outcome of a window: a teacher or a failure. */
export type WindowOutcome = { readonly symbol: string; readonly label: string } & (
  | { readonly failure: WindowFailure }
  | { readonly failure?: never; readonly window: TrainableWindow; readonly teacher: TaughtWindow }
);

/** Share of ones among a window's labels of one part: the prediction of a model without features. */
export function baseRate({ table, rows }: TrainableWindow, part: WindowPart): number {
  const ones = rows[part].reduce((sum, row) => sum + (table.label[row] ?? NaN), 0);
  return ones / rows[part].length;
}

/** Mean log-loss of logits over one part of a window; null without rows. */
export function meanLogLoss(
  { table, rows }: TrainableWindow,
  part: WindowPart,
  logits: Float64Array,
): number | null {
  if (logits.length === 0) return null;
  return mean(
    [...logits].map((value, place) => logitLogLoss(value, table.label[rows[part][place] ?? -1] ?? NaN)),
  );
}
