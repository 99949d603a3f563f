import type { SymbolTable } from '../market/feature-table.js';
import { LEAK_HORIZON } from './leak-market.js';

/** Rows that a model was tested on, as columns of equal length. */
export interface TestedRows {
  /** Rows with one stratum are compared with each other in AUC: those of one model. */
  readonly stratum: string[];
  /** Bar time, exchange minutes. */
  readonly time: number[];
  readonly score: number[];
  readonly label: number[];
  /** Return over five bars from entry; NaN where it is not known. */
  readonly outcome: number[];
}

export function emptyRows(): TestedRows {
  return { stratum: [], time: [], score: [], label: [], outcome: [] };
}

/** One row. */
interface TestedRow {
  readonly stratum: string;
  readonly time: number;
  readonly score: number;
  readonly label: number;
  readonly outcome: number;
}

function addRow(rows: TestedRows, { stratum, time, score, label, outcome }: TestedRow): void {
  rows.stratum.push(stratum);
  rows.time.push(time);
  rows.score.push(score);
  rows.label.push(label);
  rows.outcome.push(outcome);
}

/** Adds a row of a symbol's table. */
export function addScored(
  rows: TestedRows,
  { time, label, outcomes }: Pick<SymbolTable, 'time' | 'label' | 'outcomes'>,
  row: number,
  { stratum, score }: Pick<TestedRow, 'stratum' | 'score'>,
): void {
  addRow(rows, {
    stratum,
    time: time[row] ?? NaN,
    score,
    label: label[row] ?? NaN,
    outcome: outcomes.returns[LEAK_HORIZON]?.[row] ?? NaN,
  });
}

/** Some of the rows, by index. */
export function takeTested(rows: TestedRows, kept: readonly number[]): TestedRows {
  const taken = emptyRows();
  for (const row of kept)
    addRow(taken, {
      stratum: rows.stratum[row] ?? '',
      time: rows.time[row] ?? NaN,
      score: rows.score[row] ?? NaN,
      label: rows.label[row] ?? NaN,
      outcome: rows.outcome[row] ?? NaN,
    });
  return taken;
}

/** Indices of the rows by their time, times ascending. */
export function rowsByTime({ time }: Pick<TestedRows, 'time'>): ReadonlyMap<number, readonly number[]> {
  const byTime = new Map<number, number[]>();
  for (const [row, minutes] of time.entries()) {
    const rows = byTime.get(minutes);
    if (rows === undefined) byTime.set(minutes, [row]);
    else rows.push(row);
  }
  return new Map([...byTime].sort(([a], [b]) => a - b));
}
