import { mean, standardError } from './log-loss.js';
import type { RowSet } from './row-set.js';

/** Rows that decide how long an ensemble is trained, later than all it is trained on. */
export interface EpochJudge {
  readonly rows: RowSet;
  /** Sessions that a label reaches over: what neighbouring sessions have in common. */
  readonly sessionsPerLabel: number;
}

/** Stands for a loss that is not a number, so that it can be compared and saved. */
const DIVERGED = 1e6;

/** Mean of a figure over the rows of every session (bar time), in order of time. */
export function sessionMeans({ rows }: EpochJudge, figure: (row: number) => number): number[] {
  const sessions = new Map<number, { sum: number; count: number }>();
  rows.row.forEach((row, index) => {
    const time = rows.table.symbols[rows.symbol[index] ?? -1]?.time[row] ?? NaN;
    const session = sessions.get(time) ?? { sum: 0, count: 0 };
    const value = figure(index);
    session.sum += Number.isFinite(value) ? value : DIVERGED;
    session.count += 1;
    sessions.set(time, session);
  });
  return [...sessions.entries()].sort(([a], [b]) => a - b).map(([, { sum, count }]) => sum / count);
}

/**
 * How many epochs to train: the full length, unless another count is better by more than one standard
 * error. The best count of one stretch of the past is mostly luck: on real bars, taking it as it comes
 * was worse on later bars than a fixed length.
 *
 * @param verdicts Per epoch from 0 on, the log-loss of every session.
 */
export function chooseEpoch(verdicts: readonly (readonly number[])[], sessionsPerLabel: number): number {
  const full = verdicts.length - 1;
  const sessions = verdicts[full] ?? [];
  if (sessions.length === 0) return full;
  let chosen = full;
  verdicts.forEach((losses, epoch) => {
    const gains = losses.map((loss, session) => (sessions[session] ?? NaN) - loss);
    const better = mean(losses) < mean(verdicts[chosen] ?? []);
    if (better && mean(gains) > standardError(gains, sessionsPerLabel)) chosen = epoch;
  });
  return chosen;
}
