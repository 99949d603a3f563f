import { MINUTES_PER_DAY } from '../../../data/time/dates.js';

/**
 * Time before a cohort's validation part, divided for purged walk-forward validation (López de Prado, Advances in
 * Financial Machine Learning, 2018, chapter 7): every test block is predicted by what was resolved before it starts.
 */
export interface WalkForward {
  /**
   * Ends of the blocks in exchange minutes, ascending; the last is where the cohort's validation part starts. Rows
   * are divided twice: a row is *trained* on in the block in which its last target resolves, and *tested* in the
   * block of its own time.
   */
  readonly bounds: readonly number[];
  /** Ascending; empty where the past is too short to choose anything by it. */
  readonly tests: readonly TestBlock[];
}

/** A block whose rows are predicted. */
export interface TestBlock {
  /** Exchange minutes. */
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** Number of blocks trained on, from the first: their rows are resolved before `start`. */
  readonly training: number;
}

/** The cost of a choice grows with the number of blocks; ten leave eight to test. */
export const MAX_BLOCKS = 10;
/** Two months: a shorter block is mostly purged, since targets reach 20 sessions ahead. */
export const MIN_BLOCK_SESSIONS = 42;
/** Blocks before the first test. */
export const FIRST_TRAINING = 2;
/** With fewer than two test blocks there is no choice, only luck. */
const MIN_BLOCKS = FIRST_TRAINING + 2;

/**
 * Divides sessions into blocks of equal numbers.
 *
 * @param sessions Day numbers with rows, ascending.
 * @param until Start of the cohort's validation part, exchange minutes; later sessions are left out.
 */
export function walkForwardBlocks(sessions: ArrayLike<number>, until: number): WalkForward {
  const days = Array.from(sessions).filter((day) => day * MINUTES_PER_DAY < until);
  const count = Math.max(1, Math.min(MAX_BLOCKS, Math.floor(days.length / MIN_BLOCK_SESSIONS)));
  const bounds = Array.from({ length: count }, (_, block) => {
    const next = days[Math.floor(((block + 1) * days.length) / count)];
    return next === undefined ? until : next * MINUTES_PER_DAY;
  });
  if (count < MIN_BLOCKS) return { bounds, tests: [] };
  const tests = bounds.slice(FIRST_TRAINING).map((end, at): TestBlock => {
    const training = FIRST_TRAINING + at;
    return { start: bounds[training - 1] ?? NaN, end, training };
  });
  return { bounds, tests };
}

/**
 * The block that a time lies in; the number of blocks for a time at or after the last bound. A row whose last target
 * resolves in block b may train the test blocks with `training > b`.
 */
export function blockOf({ bounds }: Pick<WalkForward, 'bounds'>, minutes: number): number {
  let block = 0;
  while (block < bounds.length && minutes >= (bounds[block] ?? Infinity)) block += 1;
  return block;
}
