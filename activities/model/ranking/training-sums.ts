import { pow } from '../../../data/math/pow.js';
import type { GramSums } from './gram-sums.js';
import { addSums, emptySums } from './gram-sums.js';

/** Sums by block, and how many sessions lie before the end of each. */
export interface TimedSums {
  readonly blocks: readonly GramSums[];
  readonly sessions: readonly number[];
}

/**
 * Sums over the first blocks, with rows that count half for every half-life of sessions that the middle of their block
 * lies before the end of the last one.
 *
 * @param training Number of blocks.
 * @param halfLife Sessions; Infinity: all rows count the same.
 */
export function trainingSums(
  { blocks, sessions }: TimedSums,
  training: number,
  halfLife: number,
  width: number,
  horizons: number,
): GramSums {
  const sums = emptySums(width, horizons);
  const end = sessions[training - 1] ?? 0;
  blocks.slice(0, training).forEach((block, at) => {
    const middle = ((sessions[at - 1] ?? 0) + (sessions[at] ?? 0)) / 2;
    addSums(sums, block, pow(0.5, (end - middle) / halfLife));
  });
  return sums;
}
