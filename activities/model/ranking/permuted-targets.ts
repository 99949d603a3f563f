import { randomStream } from '../../../data/random.js';
import { UNRESOLVED } from '../../market/feature-table.js';
import { copyRows } from '../rows/copy-rows.js';

/** The rows whose targets are permuted. */
export interface TimedRows {
  readonly times: Int32Array;
  /** Index of the first row of each time, then the number of rows. */
  readonly starts: Int32Array;
  readonly lastResolvedAt: Int32Array;
}

/**
 * The row whose targets each row gets: a permutation among the symbols of each time, so that everything but the link
 * between a symbol and its return stays. Only rows whose targets are all known take part, those that resolve together
 * among themselves.
 *
 * @param seed Each time has a stream of its own, so that no permutation depends on how long the history is.
 * @returns −1 for rows that do not take part.
 */
export function permutedRows(
  { times, starts, lastResolvedAt }: TimedRows,
  seed: readonly (string | number)[],
): Int32Array {
  const permuted = new Int32Array(lastResolvedAt.length).fill(-1);
  times.forEach((time, at) => {
    const groups = new Map<number, number[]>();
    for (let row = starts[at] ?? 0; row < (starts[at + 1] ?? 0); row += 1) {
      const resolved = lastResolvedAt[row] ?? UNRESOLVED;
      if (resolved === UNRESOLVED) continue;
      const group = groups.get(resolved);
      if (group === undefined) groups.set(resolved, [row]);
      else group.push(row);
    }
    const random = randomStream([...seed, time]);
    for (const rows of groups.values()) {
      const sources = random.shuffle(rows.slice());
      rows.forEach((row, place) => (permuted[row] = sources[place] ?? -1));
    }
  });
  return permuted;
}

/** Targets of the rows that {@link permutedRows} names; NaN where there is none. @param targets Row-major [n × width]. */
export function takeTargets(targets: Float32Array, width: number, rows: Int32Array): Float32Array {
  const taken = new Float32Array(targets.length).fill(NaN);
  copyRows(targets, width, rows, taken);
  return taken;
}
