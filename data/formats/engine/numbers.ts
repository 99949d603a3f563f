/** Every integer with this many digits is exact in a float64. */
const EXACT_DIGITS = 15;
const POWERS_OF_TEN = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => Number(`1e${power}`));
const [ZERO, POINT] = [0x30, 0x2e];

/**
 * The number in a cell of digits and a decimal point. If digits and power of ten are both exact in a float64, one
 * division gives the correctly rounded value (Clinger, How to read floating point numbers accurately, 1990).
 *
 * @returns NaN for any other cell: see {@link readAnyNumber}.
 */
export function readPlainNumber(cell: string): number {
  let value = 0;
  let digits = 0;
  let decimals = -1;
  for (let at = 0; at < cell.length; at += 1) {
    const code = cell.charCodeAt(at);
    const digit = code - ZERO;
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      digits += 1;
      if (decimals >= 0) decimals += 1;
    } else if (code === POINT && decimals < 0) decimals = 0;
    else return NaN;
  }
  if (digits === 0 || digits > EXACT_DIGITS) return NaN;
  return decimals > 0 ? value / (POWERS_OF_TEN[decimals] ?? NaN) : value;
}

const MISSING = /^(?:|-+|nan|null|none|na|n\/a|#n\/a|nat|nil|inf|\.)$/i;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
/** Thousands as 1,234,567 or, in India, 12,34,567. */
const GROUPED = /^[+-]?\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d*)?$/;
const GROUPED_BY_POINTS = /^[+-]?\d{1,3}(?:\.\d{3})+(?:,\d*)?$/;
const SUFFIXED = /^(\d+(?:\.\d+)?)([kmb])$/i;
const FACTORS: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, b: 1e9 };

/** How numbers are written in a file. */
export interface NumberForm {
  readonly decimalComma: boolean;
}

/**
 * The number in any cell: thousands commas, a currency sign, scientific notation, volumes such as 2.31M.
 *
 * @returns null if the cell says that there is no number (empty, NaN, null, -); undefined if it is not a number.
 */
export function readAnyNumber(cell: string, { decimalComma }: NumberForm): number | null | undefined {
  const text = cell.trim().replace(/^(?:₹|Rs\.?|INR)\s*/i, '');
  if (MISSING.test(text)) return null;
  const plain = decimalComma ? fromDecimalComma(text) : GROUPED.test(text) ? text.replaceAll(',', '') : text;
  if (plain !== undefined && NUMBER.test(plain)) return Number(plain);
  const [, digits = '', suffix = ''] = SUFFIXED.exec(plain ?? '') ?? [];
  const factor = FACTORS[suffix.toLowerCase()];
  return factor === undefined ? undefined : Math.round(Number(digits) * factor);
}

function fromDecimalComma(text: string): string | undefined {
  if (GROUPED_BY_POINTS.test(text)) return text.replaceAll('.', '').replace(',', '.');
  return text.includes('.') ? undefined : text.replace(',', '.');
}

/**
 * Whether commas in these cells are decimal commas. In a file whose cells are separated by commas they cannot be.
 *
 * @param cells Some cells of prices and volumes.
 * @returns undefined if `1,234` may be both.
 */
export function findDecimalComma(cells: readonly string[], delimiter: string): boolean | undefined {
  const withComma = cells.filter((cell) => cell.includes(','));
  if (delimiter === ',' || withComma.length === 0) return false;
  if (withComma.some((cell) => /,\d*\.\d*$/.test(cell) || /,.*,/.test(cell))) return false;
  if (withComma.some((cell) => /\.\d*,\d*$/.test(cell) || !/,\d{3}$/.test(cell))) return true;
  if (cells.some((cell) => /^\d+\.\d*$/.test(cell) && !/\.\d{3}$/.test(cell))) return false;
  return undefined;
}
