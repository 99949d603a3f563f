export const NEWLINE = 0x0a;
const [COMMA, POINT, ZERO] = [0x2c, 0x2e, 0x30];
/** Digits of which every integer is a float64. */
const EXACT_DIGITS = 15;
const POWERS_OF_TEN = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => 10 ** power);

/** Where a cell of a line ends: at the next comma or newline, or at the end of the text. */
export function cellEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== COMMA && bytes[at] !== NEWLINE) at += 1;
  return at;
}

/**
 * Reads the decimal number in `bytes[from .. to)`, ASCII: several times as fast as making a text of it first.
 * Digits that fit a float64 and a power of ten that does too make one division, which rounds as it should
 * (Clinger, How to read floating point numbers accurately, 1990); all others are left to the language.
 *
 * @returns NaN for what is no number.
 */
export function readNumber(bytes: Uint8Array, from: number, to: number): number {
  let digits = 0;
  let value = 0;
  let point = to;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    const digit = byte - ZERO;
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      digits += 1;
    } else if (byte === POINT && point === to) point = at;
    else return slowly(bytes, from, to);
  }
  if (digits === 0 || digits > EXACT_DIGITS) return slowly(bytes, from, to);
  const behind = point === to ? 0 : to - point - 1;
  return value / (POWERS_OF_TEN[behind] ?? NaN);
}

function slowly(bytes: Uint8Array, from: number, to: number): number {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
  return text.trim() === text && text !== '' ? Number(text) : NaN;
}
