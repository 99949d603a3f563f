/*
 * Elementary functions to about 70 digits, in whole numbers: what the fast ones are compared with. A value x is
 * held as a whole number near x · 2^BITS, so results must not be much smaller than 2^−100. Quotients are cut
 * towards 0, which ends every series.
 */

const BITS = 320n;
const ONE = 1n << BITS;

/** A float64 is value · 2^exponent exactly. */
function partsOf(x: number): { readonly value: bigint; readonly exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(x));
  const bits = view.getBigUint64(0);
  const biased = Number(bits >> 52n);
  const fraction = bits & ((1n << 52n) - 1n);
  const value = biased === 0 ? fraction : fraction | (1n << 52n);
  return { value: x < 0 ? -value : value, exponent: Math.max(biased, 1) - 1075 };
}

const shifted = (value: bigint, places: number): bigint =>
  places >= 0 ? value << BigInt(places) : value >> BigInt(-places);

function fixed(x: number): bigint {
  const { value, exponent } = partsOf(x);
  return shifted(value, exponent + Number(BITS));
}

/** 2 · artanh(x) = ln((1 + x) / (1 − x)), fast for small x. */
function twiceArtanh(x: bigint): bigint {
  const square = (x * x) / ONE;
  let sum = 0n;
  let power = x;
  for (let n = 1n; power !== 0n; n += 2n) {
    sum += power / n;
    power = (power * square) / ONE;
  }
  return 2n * sum;
}

const LN2 = twiceArtanh(ONE / 3n);

/** Machin (1706): π/4 = 4 arctan(1/5) − arctan(1/239). */
const PI = 4n * (4n * arctanOfReciprocal(5n) - arctanOfReciprocal(239n));

function arctanOfReciprocal(n: bigint): bigint {
  let sum = 0n;
  let power = ONE / n;
  for (let k = 1n; power !== 0n; k += 2n) {
    sum += (k % 4n === 1n ? power : -power) / k;
    power /= n * n;
  }
  return sum;
}

/** A result: value / 2^BITS · 2^exponent. */
export interface Exact {
  readonly value: bigint;
  readonly exponent: number;
}

function expOf(x: bigint): Exact {
  const whole = (x + LN2 / 2n) / LN2;
  const rest = x - whole * LN2;
  let sum = 0n;
  let term = ONE;
  for (let n = 1n; term !== 0n; n += 1n) {
    sum += term;
    term = (term * rest) / (n * ONE);
  }
  return { value: sum, exponent: Number(whole) };
}

function logOf(x: number): bigint {
  const { value, exponent } = partsOf(x);
  const places = value.toString(2).length - 1;
  // Between 1 and 2.
  const m = shifted(value, Number(BITS) - places);
  return twiceArtanh(((m - ONE) << BITS) / (m + ONE)) + BigInt(exponent + places) * LN2;
}

export const exactExp = (x: number): Exact => expOf(fixed(x));
export const exactLog = (x: number): Exact => ({ value: logOf(x), exponent: 0 });

/** @param x At least 2^−200. */
export function exactLog1p(x: number): Exact {
  const f = fixed(x);
  return { value: logOfRatio(ONE + f), exponent: 0 };
}

function logOfRatio(x: bigint): bigint {
  let whole = 0n;
  let m = x;
  for (; m >= 2n * ONE; m >>= 1n) whole += 1n;
  for (; m < ONE / 2n; m <<= 1n) whole -= 1n;
  return twiceArtanh(((m - ONE) << BITS) / (m + ONE)) + whole * LN2;
}

export function exactPow(x: number, y: number): Exact {
  const { value, exponent } = partsOf(y);
  return expOf(shifted(value * logOf(x), exponent));
}

export function exactCosPi(x: number): Exact {
  // A multiple of the period, 2, taken off.
  const period = 2n * ONE;
  const rest = ((fixed(x) % period) * PI) / ONE;
  const square = (rest * rest) / ONE;
  let sum = 0n;
  let term = ONE;
  for (let n = 1n; term !== 0n; n += 2n) {
    sum += term;
    term = (-term * square) / (n * (n + 1n) * ONE);
  }
  return { value: sum, exponent: 0 };
}

/** How far a number is from an exact value, in units of the number's last place. */
export function ulpsFrom(computed: number, { value, exponent }: Exact): number {
  const { value: mantissa, exponent: place } = partsOf(computed);
  const found = mantissa << BITS;
  const wanted = shifted(value, exponent - place);
  const off = found > wanted ? found - wanted : wanted - found;
  return Number((off * 1_000_000n) >> BITS) / 1_000_000;
}
