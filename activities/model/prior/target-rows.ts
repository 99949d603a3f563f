import { randomStream } from '../../../data/random.js';
import type { RowSet } from '../rows/row-set.js';
import { firstRows, pickRows, pickValues, targetScales } from '../rows/row-set.js';

/** Rows with both targets of a prior: the label, and the forward scale. */
export interface TargetRows extends RowSet {
  readonly scale: Float32Array;
}

/** Which targets: those of the rows, or a permutation of them (see {@link permuteTargets}). */
export type TargetArm = 'trained' | 'permuted';

export function withTargets(rows: RowSet): TargetRows {
  return { ...rows, scale: targetScales(rows) };
}

/** The first rows of a set. */
export function firstTargets(rows: TargetRows, count: number): TargetRows {
  return { ...firstRows(rows, count), scale: rows.scale.subarray(0, count) };
}

/** Some rows of a set, in a given order. */
export function pickTargets(rows: TargetRows, order: Int32Array): TargetRows {
  return { ...pickRows(rows, order), scale: pickValues(rows.scale, order) };
}

/**
 * Targets permuted at random among the symbols that have the same times of bar and resolution: nothing about
 * which symbol will do better is left, everything about the day is, and purging by resolution stays exact.
 *
 * @param seed Key of the random streams.
 */
export function permuteTargets(rows: TargetRows, seed: readonly (string | number)[]): TargetRows {
  const groups = new Map<string, number[]>();
  for (const [row, place] of rows.symbol.entries()) {
    const symbol = rows.table.symbols[place];
    const own = rows.row[row] ?? -1;
    const key = `${symbol?.time[own] ?? ''} ${symbol?.resolvedAt[own] ?? ''}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  const [label, scale] = [rows.label.slice(), rows.scale.slice()];
  for (const [key, group] of groups) {
    const from = randomStream([...seed, 'permuted', key]).shuffle(Int32Array.from(group));
    for (const [at, row] of group.entries()) {
      label[row] = rows.label[from[at] ?? -1] ?? NaN;
      scale[row] = rows.scale[from[at] ?? -1] ?? NaN;
    }
  }
  return { ...rows, label, scale };
}
