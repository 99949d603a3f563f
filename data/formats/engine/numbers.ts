/** Every integer with this many digits is exact in a float64. */
const EXACT_DIGITS = 15;
const POWERS_OF_TEN = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => Number(`1e${power}`));
const [ZERO, POINT, COMMA, SPACE] = [0x30, 0x2e, 0x2c, 0x20];
const [LETTER_A, LETTER_B, LETTER_K, LETTER_M] = [0x41, 0x62, 0x6b, 0x6d];

/** How numbers are written in a file. */
export interface NumberForm {
  readonly decimalComma: boolean;
}

/**
 * The number in a cell of digits, a decimal mark, thousands marks (1,234,567 or, in India, 12,34,567) and the suffix
 * of a volume (2.31M), several times as fast as by way of patterns. If digits and power of ten are both exact in a float64, one division gives the
 * correctly rounded value (Clinger, How to read floating point numbers accurately, 1990).
 *
 * @returns NaN for any other cell: see {@link readAnyNumber}.
 */
export function readPlainNumber(cell: string, { decimalComma }: NumberForm): number {
  const mark = decimalComma ? COMMA : POINT;
  const separator = decimalComma ? POINT : COMMA;
  let at = 0;
  let end = cell.length;
  while (at < end && cell.charCodeAt(at) === SPACE) at += 1;
  while (end > at && cell.charCodeAt(end - 1) === SPACE) end -= 1;
  let value = 0;
  let digits = 0;
  let decimals = -1;
  // Digits since the last thousands mark; -1 before the first one.
  let group = -1;
  const factor = suffixFactor(cell.charCodeAt(end - 1));
  if (factor > 1) end -= 1;
  for (; at < end; at += 1) {
    const code = cell.charCodeAt(at);
    const digit = code - ZERO;
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      digits += 1;
      if (decimals >= 0) decimals += 1;
      else if (group >= 0) group += 1;
    } else if (code === mark && decimals < 0) decimals = 0;
    else if (code === separator && decimals < 0 && isGroup(group < 0 ? digits : group, group < 0)) group = 0;
    else return NaN;
  }
  if (digits === 0 || digits > EXACT_DIGITS || (group >= 0 && group !== 3)) return NaN;
  const number = decimals > 0 ? value / (POWERS_OF_TEN[decimals] ?? NaN) : value;
  return factor > 1 ? Math.round(number * factor) : number;
}

/** What the last character of a cell multiplies by: 1 for a digit. @param code Of k, m or b in either case. */
function suffixFactor(code: number): number {
  if (code < LETTER_A) return 1;
  const lower = code | 0x20;
  return lower === LETTER_M ? 1e6 : lower === LETTER_K ? 1e3 : lower === LETTER_B ? 1e9 : 1;
}

/** Whether a thousands mark may follow after this many digits. */
function isGroup(digits: number, first: boolean): boolean {
  return first ? digits >= 1 && digits <= 3 : digits === 2 || digits === 3;
}

const MISSING = /^(?:|-+|nan|null|none|na|n\/a|#n\/a|nat|nil|inf|\.)$/i;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
/** Thousands as 1,234,567 or, in India, 12,34,567. */
const GROUPED = /^[+-]?\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d*)?$/;
const GROUPED_BY_POINTS = /^[+-]?\d{1,3}(?:\.\d{3})+(?:,\d*)?$/;
/** Thousands with spaces, as 1 234 567: ordinary, without a break, or narrow. */
const GROUPED_BY_SPACES = /^[+-]?\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?![ \d])/;
const UNSIGNED = /^\d+(?:\.\d+)?$/;
const FACTORS: Readonly<Record<string, number>> = {
  k: 1e3,
  l: 1e5,
  m: 1e6,
  cr: 1e7,
  b: 1e9,
};
const SUFFIX = / ?(?:k|l|m|cr|b)$/i;

/**
 * The number in any cell: thousands commas, a currency sign, scientific notation, volumes such as 2.31M.
 *
 * @returns null if the cell says that there is no number (empty, NaN, null, -); undefined if it is not a number.
 */
export function readAnyNumber(cell: string, form: NumberForm): number | null | undefined {
  const easy = readPlainNumber(cell, form);
  if (!Number.isNaN(easy)) return easy;
  const { decimalComma } = form;
  const unmarked = cell.trim().replace(/^(?:₹|Rs\.?|INR)\s*/i, '');
  const text = GROUPED_BY_SPACES.test(unmarked) ? unmarked.replaceAll(/[ \u00a0\u202f]/g, '') : unmarked;
  if (MISSING.test(text)) return null;
  // Most cells that come here are volumes such as 2.31M; others end with a digit.
  const suffix = isDigit(text.charCodeAt(text.length - 1)) ? undefined : SUFFIX.exec(text)?.[0];
  const factor = suffix === undefined ? undefined : FACTORS[suffix.trim().toLowerCase()];
  const digits = factor === undefined ? text : text.slice(0, -(suffix?.length ?? 0));
  const plain = decimalComma
    ? fromDecimalComma(digits)
    : GROUPED.test(digits)
      ? digits.replaceAll(',', '')
      : digits;
  if (plain === undefined) return undefined;
  if (factor === undefined) return NUMBER.test(plain) ? Number(plain) : undefined;
  return UNSIGNED.test(plain) ? Math.round(Number(plain) * factor) : undefined;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= ZERO + 9;
}

function fromDecimalComma(text: string): string | undefined {
  if (GROUPED_BY_POINTS.test(text)) return text.replaceAll('.', '').replace(',', '.');
  return text.includes('.') ? undefined : text.replace(',', '.');
}

/**
 * Whether commas in these cells are decimal commas.
 *
 * @param cells Some cells of prices and volumes.
 * @returns undefined if `1,234` may be both.
 */
export function findDecimalComma(cells: readonly string[]): boolean | undefined {
  const withComma = cells.filter((cell) => cell.includes(',')).map((cell) => cell.replace(/[kmb]$/i, ''));
  if (withComma.length === 0) return false;
  if (withComma.some((cell) => /,\d*\.\d*$/.test(cell) || /,.*,/.test(cell))) return false;
  if (withComma.some((cell) => /\.\d*,\d*$/.test(cell) || !/,\d{3}$/.test(cell))) return true;
  if (cells.some((cell) => /^\d+\.\d*$/.test(cell) && !/\.\d{3}$/.test(cell))) return false;
  return undefined;
}
