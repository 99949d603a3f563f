import { doubles } from './fill-columns.js';
import { firstNotBelow } from './first-not-below.js';

/**
 * The medians of windows of some numbers, each as {@link median} gives it: the upper one of the two in the middle. A
 * window is kept sorted, and only what leaves and enters it is moved.
 *
 * @param values Without NaN.
 * @param size Numbers in a window.
 * @param stride From one window to the next, at most `size`.
 * @returns The median of the window that begins at each multiple of the stride, as long as it is whole.
 */
export function rollingMedians(values: ArrayLike<number>, size: number, stride: number): Float64Array {
  const windows = values.length < size ? 0 : Math.floor((values.length - size) / stride) + 1;
  const medians = new Float64Array(windows);
  const sorted = doubles(size, (index) => values[index] ?? NaN).sort();
  for (let window = 0; window < windows; window += 1) {
    if (window > 0) {
      const from = (window - 1) * stride;
      for (let index = from; index < from + stride; index += 1)
        replace(sorted, values[index] ?? NaN, values[index + size] ?? NaN);
    }
    medians[window] = sorted[size >> 1] ?? NaN;
  }
  return medians;
}

/** Puts a number in the place of another one, and moves those between them by one. */
function replace(sorted: Float64Array, old: number, value: number): void {
  let at = firstNotBelow(sorted, old);
  for (; at + 1 < sorted.length && (sorted[at + 1] ?? NaN) < value; at += 1)
    sorted[at] = sorted[at + 1] ?? NaN;
  for (; at > 0 && (sorted[at - 1] ?? NaN) > value; at -= 1) sorted[at] = sorted[at - 1] ?? NaN;
  sorted[at] = value;
}
