/**
 * The bits of one float64. The byte order is given at every access, so the machine's own does not matter.
 */
const view = new DataView(new ArrayBuffer(8));

/** Exponents of the smallest and the largest power of two that a float64 can be. */
const SMALLEST_EXPONENT = -1074;
const LARGEST_EXPONENT = 1023;

/** All of them, from 2^−1074 on: doubling is exact. */
const POWERS_OF_TWO = new Float64Array(LARGEST_EXPONENT - SMALLEST_EXPONENT + 1);
for (let at = 0, power = 5e-324; at < POWERS_OF_TWO.length; at += 1, power *= 2) POWERS_OF_TWO[at] = power;

/** Sign, exponent and the first 20 bits of the fraction, as a signed 32-bit word. */
export function highWord(value: number): number {
  view.setFloat64(0, value, true);
  return view.getInt32(4, true);
}

/** The number with another {@link highWord}. */
export function withHighWord(value: number, high: number): number {
  view.setFloat64(0, value, true);
  view.setInt32(4, high, true);
  return view.getFloat64(0, true);
}

/** The number with the last 32 bits of its fraction cleared. */
export function withoutLowWord(value: number): number {
  view.setFloat64(0, value, true);
  view.setInt32(0, 0, true);
  return view.getFloat64(0, true);
}

/** 2^exponent. @param exponent Whole, from −1074 to 1023. */
export function powerOfTwo(exponent: number): number {
  return POWERS_OF_TWO[exponent - SMALLEST_EXPONENT] ?? NaN;
}

/**
 * value · 2^exponent, rounded once.
 *
 * @param value Between 1/4 and 4.
 * @param exponent Whole, from −1076 to 1024.
 */
export function timesPowerOfTwo(value: number, exponent: number): number {
  if (exponent > LARGEST_EXPONENT) return value * 2 * powerOfTwo(exponent - 1);
  if (exponent > -1021) return value * powerOfTwo(exponent);
  // The result may be subnormal: the first product is exact, the second rounds.
  return value * powerOfTwo(exponent + 1000) * powerOfTwo(-1000);
}
