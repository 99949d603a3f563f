import { randomStream } from '../../../data/random.js';
import { UNRESOLVED } from '../../market/feature-table.js';

/** The rows and targets that are permuted. */
export interface TimedTargets {
  readonly times: Int32Array;
  readonly starts: Int32Array;
  readonly horizons: number;
  readonly lastResolvedAt: Int32Array;
  /** Row-major [n × H]. */
  readonly targets: Float32Array;
}

/**
 * Targets permuted among the symbols of each time: a symbol gets all horizons of another one, so that everything but
 * the link between a symbol and its return stays. Only rows whose targets are all known take part, those that resolve
 * together among themselves; the others get NaN.
 *
 * @param seed Each time has a stream of its own, so that no permutation depends on how long the history is.
 */
export function permutedTargets(
  { times, starts, horizons, lastResolvedAt, targets }: TimedTargets,
  seed: readonly (string | number)[],
): Float32Array {
  const permuted = new Float32Array(targets.length).fill(NaN);
  times.forEach((time, at) => {
    const random = randomStream([...seed, time]);
    const groups = new Map<number, number[]>();
    for (let row = starts[at] ?? 0; row < (starts[at + 1] ?? 0); row += 1) {
      const resolved = lastResolvedAt[row] ?? UNRESOLVED;
      if (resolved === UNRESOLVED) continue;
      const group = groups.get(resolved);
      if (group === undefined) groups.set(resolved, [row]);
      else group.push(row);
    }
    for (const rows of groups.values()) {
      const sources = random.shuffle(rows.slice());
      rows.forEach((row, place) => {
        const source = (sources[place] ?? row) * horizons;
        permuted.set(targets.subarray(source, source + horizons), row * horizons);
      });
    }
  });
  return permuted;
}
