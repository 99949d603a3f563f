import type { Random } from '../../data/random.js';
import type { Rig } from './rig.js';

/** One kind of attack. Every attempt draws its own details from the seed. */
export interface AttackKind {
  /** `FAMILY/NAME`. */
  readonly name: string;
  /** What counts as caught, in one sentence. */
  readonly caught: string;
  /** Attempts for one of a usual kind; absent: 1. Small for what takes seconds. */
  readonly share?: number;
  /**
   * Makes one attempt.
   *
   * @returns What got through, in one sentence; undefined if the attack was caught. An error counts as got through.
   */
  attempt(rig: Rig, random: Random): Promise<string | undefined>;
}

/** A random one of some items. */
export function oneOf<T>(random: Random, items: readonly T[]): T {
  const item = items[random.integer(0, items.length - 1)];
  if (item === undefined) throw new RangeError('nothing to choose from');
  return item;
}

/** A random position in something of this length. */
export function placeIn(random: Random, length: number): number {
  return random.integer(0, Math.max(0, length - 1));
}

/** Random bytes. */
export function randomBytesOf(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.integer(0, 255)));
}
