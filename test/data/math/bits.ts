import { randomStream } from '../../../data/random.js';
import { sha256 } from '../../../data/store/digests.js';
import type { Exact } from './exactly.js';
import { ulpsFrom } from './exactly.js';

/** The bits of a float64, most significant first. */
export function bitsOf(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, '0');
}

/** SHA-256 over the bits of many numbers. */
export function digestOf(values: readonly number[]): string {
  return sha256(values.map(bitsOf).join('\n'));
}

/** Uniform numbers between two bounds, the same on every engine. */
export function drawn(count: number, low: number, high: number): number[] {
  const random = randomStream(['math', low, high]);
  return Array.from({ length: count }, () => low + (high - low) * random.uniform());
}

/** The largest distance from the exact values, in units of the last place. */
export function worstUlps(
  points: readonly number[],
  approximate: (x: number) => number,
  exact: (x: number) => Exact,
): number {
  return Math.max(...points.map((x) => ulpsFrom(approximate(x), exact(x))));
}
