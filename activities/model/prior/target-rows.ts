import { placesOf } from '../../../data/math/fill-columns.js';
import { randomStream } from '../../../data/random.js';
import type { RowSet } from '../rows/row-set.js';
import { firstRows, pickRows, pickValues, targetScales, timesOf } from '../rows/row-set.js';

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
  const groups = new Map<string, Int32Array>();
  for (const [time, resolved, group] of sameTimes(timesOf(rows, 'time'), timesOf(rows, 'resolvedAt')))
    groups.set(`${time} ${resolved}`, group);
  const [label, scale] = [rows.label.slice(), rows.scale.slice()];
  for (const [key, group] of groups) {
    const from = randomStream([...seed, 'permuted', key]).shuffle(group.slice());
    take(label, rows.label, group, from);
    take(scale, rows.scale, group, from);
  }
  return { ...rows, label, scale };
}

/** Rows with the same two times, each group in the order of the rows. */
function sameTimes(time: Int32Array, resolved: Int32Array): (readonly [number, number, Int32Array])[] {
  const order = placesOf(time).sort(
    (a, b) => (time[a] ?? 0) - (time[b] ?? 0) || (resolved[a] ?? 0) - (resolved[b] ?? 0) || a - b,
  );
  const groups: [number, number, Int32Array][] = [];
  for (let from = 0, until = 0; from < order.length; from = until) {
    const [own, known] = [time[order[from] ?? -1] ?? -1, resolved[order[from] ?? -1] ?? -1];
    while (until < order.length && time[order[until] ?? -1] === own && resolved[order[until] ?? -1] === known)
      until += 1;
    groups.push([own, known, order.subarray(from, until)]);
  }
  return groups;
}

function take(to: Float32Array, values: Float32Array, rows: Int32Array, from: Int32Array): void {
  for (let at = 0; at < rows.length; at += 1) to[rows[at] ?? -1] = values[from[at] ?? -1] ?? NaN;
}
