import { firstNotBelow } from '../../data/math/first-not-below.js';

/** Up to so many values, such as those of a date, are sorted fastest by inserting one after another. */
export const FEW_VALUES = 128;

/**
 * Inserts a value into a sorted list and its place into the list of their places; after equal values.
 *
 * @param count Length of the lists so far.
 * @param value Not NaN.
 */
export function insertValue(
  sorted: Float64Array,
  order: Int32Array,
  count: number,
  value: number,
  place: number,
): void {
  let at = count;
  for (; at > 0; at -= 1) {
    const before = sorted[at - 1] ?? NaN;
    if (before <= value) break;
    sorted[at] = before;
    order[at] = order[at - 1] ?? -1;
  }
  sorted[at] = value;
  order[at] = place;
}

/**
 * Places in ascending order of their values; equal values in the order of their places. A sort of numbers is several times
 * faster than one that calls a function for each pair.
 *
 * @param values Without NaN.
 */
export function ascendingOrder(values: Float64Array): Int32Array {
  return values.length <= FEW_VALUES ? orderOfFew(values) : orderOfMany(values);
}

function orderOfFew(values: Float64Array): Int32Array {
  const sorted = new Float64Array(values.length);
  const order = new Int32Array(values.length);
  for (let place = 0; place < values.length; place += 1)
    insertValue(sorted, order, place, values[place] ?? NaN, place);
  return order;
}

/** Bits of the upper half of a double: sign, exponent and the first part of the fraction. */
const UPPER_BITS = 32;
/** Bits that a double holds exactly. */
const EXACT_BITS = 53;
const SIGN = 0x8000_0000;

/**
 * Sorts numbers that hold the upper half of each value and, below it, its place; then those whose upper halves are equal.
 */
function orderOfMany(values: Float64Array): Int32Array {
  const count = values.length;
  const placeBits = 32 - Math.clz32(count);
  if (placeBits > EXACT_BITS - UPPER_BITS) return orderByValues(values);
  // At most 2²¹.
  const scale = 1 << placeBits;
  const packed = new Float64Array(count);
  for (let place = 0; place < count; place += 1)
    packed[place] = upperHalf(values[place] ?? NaN) * scale + place;
  packed.sort();
  const order = new Int32Array(count);
  for (let start = 0; start < count;) {
    const upper = Math.floor((packed[start] ?? 0) / scale);
    let end = start;
    for (; end < count; end += 1) {
      const place = (packed[end] ?? 0) - upper * scale;
      if (place >= scale) break;
      order[end] = place;
    }
    if (end - start > 1) sortPlaces(values, order.subarray(start, end));
    start = end;
  }
  return order;
}

const double = new Float64Array(1);
const halves = new Int32Array(double.buffer);
const UPPER = new Uint8Array(Float64Array.of(-0).buffer)[7] === 0x80 ? 1 : 0;

/** The upper half of a double as a whole number in the order of the values. */
function upperHalf(value: number): number {
  // Negative zero equals zero.
  double[0] = value + 0;
  const half = halves[UPPER] ?? 0;
  return half < 0 ? ~half : half + SIGN;
}

/** Sorts places, given in ascending order, by their values. */
function sortPlaces(values: Float64Array, places: Int32Array): void {
  let sorted = true;
  for (let at = 1; at < places.length; at += 1)
    if ((values[places[at - 1] ?? 0] ?? NaN) > (values[places[at] ?? 0] ?? NaN)) sorted = false;
  // Most of them are equal values, in order already.
  if (!sorted) places.sort((a, b) => (values[a] ?? NaN) - (values[b] ?? NaN) || a - b);
}

/** For more values than can be packed: each is looked up among the sorted ones. */
function orderByValues(values: Float64Array): Int32Array {
  const sorted = values.slice().sort();
  const taken = new Int32Array(values.length);
  const order = new Int32Array(values.length);
  for (let place = 0; place < values.length; place += 1) {
    const first = firstNotBelow(sorted, values[place] ?? NaN);
    order[first + (taken[first] ?? 0)] = place;
    taken[first] = (taken[first] ?? 0) + 1;
  }
  return order;
}

/** The values that occur, ascending. */
export function distinct(values: Int32Array): number[] {
  const sorted = values.slice().sort();
  return Array.from(sorted.filter((value, at) => at === 0 || value !== sorted[at - 1]));
}
