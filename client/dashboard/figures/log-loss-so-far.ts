import { rowLogLoss } from '../../../activities/stats/log-loss.js';
import type { WindowAnswer } from '../contract/training.js';

type ForwardRow = WindowAnswer['forward'][number];

/** Mean log-losses in nats of a window's first rows, for each row whose label is known. */
export interface LogLossSoFar {
  readonly dates: readonly string[];
  readonly teacher: readonly number[];
  /** Of always predicting the base rate; null where that is unknown, or rules a label out. */
  readonly baseRate: readonly (number | null)[];
}

/**
 * The log-loss over the forward rows so far: after each known row, the mean over it and all before.
 *
 * @param forward In the order of their dates.
 * @param baseRate Share of ones in the rows that the teacher was fitted on; null: unknown.
 */
export function logLossSoFar(forward: readonly ForwardRow[], baseRate: number | null): LogLossSoFar {
  const known = forward.filter(isKnown);
  const base = baseRate === null || baseRate <= 0 || baseRate >= 1 ? null : baseRate;
  return {
    dates: known.map(({ date }) => date),
    teacher: runningMeans(known.map(({ probability, label }) => rowLogLoss(probability, label))),
    baseRate:
      base === null ? known.map(() => null) : runningMeans(known.map(({ label }) => rowLogLoss(base, label))),
  };
}

/** True where the label of a row is known. */
export function isKnown(row: ForwardRow): row is ForwardRow & { readonly label: number } {
  return row.label !== null;
}

function runningMeans(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value, at) => (sum += value) / (at + 1));
}
