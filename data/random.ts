import { createHash } from 'node:crypto';

import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

import { cosPi } from './math/cos-pi.js';
import { log } from './math/log.js';

/** A seeded stream of pseudo-random numbers: the same key gives the same stream on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Uniform integer in [low, high]. */
  integer(low: number, high: number): number;
  /** Standard normal (Box–Muller). */
  normal(): number;
  /** Shuffles in place (Fisher–Yates). */
  shuffle<T extends { [index: number]: number; length: number }>(items: T): T;
}

/**
 * A random stream for one purpose. Each purpose has its own key, so no stream depends on how much another was
 * used.
 *
 * @param key The seed and the purpose, such as `[7, 'prior', '2022-01-01', 'epoch', 3]`.
 */
export function randomStream(key: readonly (string | number)[]): Random {
  const seed = createHash('sha256').update(JSON.stringify(key)).digest().readInt32LE(0);
  const generator = xoroshiro128plus(seed);
  const uniform = (): number => uniformFloat64(generator);
  const integer = (low: number, high: number): number => uniformInt(generator, low, high);
  return {
    uniform,
    integer,
    normal: () => Math.sqrt(-2 * log(1 - uniform())) * cosPi(2 * uniform()),
    shuffle: (items) => {
      for (let i = items.length - 1; i > 0; i -= 1) {
        const j = integer(0, i);
        const swap = items[i] ?? 0;
        items[i] = items[j] ?? 0;
        items[j] = swap;
      }
      return items;
    },
  };
}
