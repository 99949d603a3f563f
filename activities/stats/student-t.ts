import { square } from '../../data/math/square.js';
import { incompleteBeta } from './incomplete-beta.js';

/**
 * P(T ≥ t) of Student's t distribution: ½ I_{ν/(ν+t²)}(ν/2, ½) for t ≥ 0 (Abramowitz & Stegun, 26.7.1), mirrored
 * below. Small tails keep their digits.
 *
 * @param degrees Degrees of freedom ν, above 0.
 */
export function studentTail(t: number, degrees: number): number {
  const squared = square(t);
  const whole = degrees + squared;
  const tail = incompleteBeta(degrees / whole, degrees / 2, 0.5, squared / whole) / 2;
  return t >= 0 ? tail : 1 - tail;
}
