import { log } from '../../data/math/log.js';

/** A step in prices that a split or a bonus makes, and what it is called most often. */
const USUAL: readonly (readonly [factor: number, kind: string])[] = [
  [1.1, 'bonus 1:10'],
  [1.2, 'bonus 1:5'],
  [1.25, 'bonus 1:4'],
  [4 / 3, 'bonus 1:3'],
  [1.5, 'bonus 1:2'],
  [2, 'bonus 1:1 or split'],
  [2.5, 'split 5:2'],
  [3, 'bonus 2:1'],
  [4, 'bonus 3:1 or split'],
  [5, 'split 5:1'],
  [10, 'split 10:1'],
];
/** A step is taken for a usual one from this close on, in logarithms: the market moves over night, too. */
const NEAR = 0.06;

/** The factor that a step in prices suggests. */
export interface LikelyAction {
  readonly priceFactor: number;
  readonly kind: string;
  /** False for a step of no usual size, as a demerger makes: the factor is the step itself. */
  readonly usual: boolean;
}

/**
 * The likely action behind a fall over night.
 *
 * @param step The close before over the open after, above 1.
 */
export function likelyAction(step: number): LikelyAction {
  const distance = (factor: number): number => Math.abs(log(step) - log(factor));
  const [nearest] = [...USUAL].sort(([a], [b]) => distance(a) - distance(b));
  if (nearest !== undefined && distance(nearest[0]) < NEAR)
    return { priceFactor: nearest[0], kind: nearest[1], usual: true };
  return { priceFactor: Math.round(step * 1e4) / 1e4, kind: 'demerger', usual: false };
}
