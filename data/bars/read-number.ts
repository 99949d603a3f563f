import { doubles } from '../math/fill-columns.js';

export const NEWLINE = 0x0a;
const [COMMA, POINT, ZERO] = [0x2c, 0x2e, 0x30];
/** Every integer with this many digits is exact in a float64. */
const EXACT_DIGITS = 15;
const POWERS_OF_TEN = doubles(EXACT_DIGITS + 1, (power) => Number(`1e${power}`));

/** Index of the end of a cell: the next comma or newline, or the end of the text. */
export function cellEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== COMMA && bytes[at] !== NEWLINE) at += 1;
  return at;
}

/**
 * Parses the decimal number in `bytes[from .. to)` (ASCII), several times as fast as by way of a string. If digits
 * and power of ten are both exact in a float64, one division gives the correctly rounded value (Clinger, How to
 * read floating point numbers accurately, 1990); all other numbers are left to JavaScript.
 *
 * @returns NaN if the bytes are not a number.
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
    else return parseText(bytes, from, to);
  }
  if (digits === 0 || digits > EXACT_DIGITS) return parseText(bytes, from, to);
  const decimals = point === to ? 0 : to - point - 1;
  return value / (POWERS_OF_TEN[decimals] ?? NaN);
}

function parseText(bytes: Uint8Array, from: number, to: number): number {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
  return text.trim() === text && text !== '' ? Number(text) : NaN;
}
