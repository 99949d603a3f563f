import { columnName } from '../column-names.js';
import type { BarFormat, Role } from '../format.js';
import { VALUES } from '../format.js';
import { findByHeader } from './header-columns.js';
import { readAnyNumber } from './numbers.js';
import type { TableLayout } from './recognise.js';
import type { Row } from './text-rows.js';
import { looksLikeTime } from './times.js';

const POINT = { decimalComma: false };

/** Share of the first lines whose prices must be those of a bar: very old rows of a long history often are not. */
const PLAUSIBLE = 0.5;

/**
 * Finds the columns of a file without a header by their places: all of its first lines must have the cells of a bar,
 * and most of them open and close between low and high. A file that names no symbol and whose format has no sign of its own may be in
 * any order of columns: it is only read if the user says so.
 */
export function findByPlace(
  rows: readonly Row[],
  format: BarFormat,
  forced: boolean,
): TableLayout | undefined {
  // A format that is told by its first time has no directive.
  const directive = format.firstTime === undefined ? directiveOf(rows) : undefined;
  const named =
    directive === undefined
      ? undefined
      : findByHeader(directive, directive.cells.map(columnName), undefined, format, true);
  if (named !== undefined) return named;
  const bars = rows.filter(({ cells }) => !(cells[0] ?? '').startsWith('$'));
  const skipped = rows.findLast(({ cells }) => (cells[0] ?? '').startsWith('$'))?.line ?? 0;
  for (const places of format.places ?? []) {
    if (!forced && !places.includes('symbol') && format.firstTime === undefined) continue;
    if (bars.length === 0 || !bars.every(({ cells }) => fits(cells, places, format))) continue;
    const plausible = bars.filter(({ cells }) => isPlausible(cells, places)).length;
    if (plausible > PLAUSIBLE * bars.length)
      return layoutOf(places, skipped, format, hasOpenInterest(bars, places) ? places.length + 1 : 0);
  }
  return undefined;
}

/**
 * Whether every row has one number more, the open interest. Only where it and the volume are whole numbers: else the
 * last of two prices might be taken for the volume.
 */
function hasOpenInterest(bars: readonly Row[], places: readonly Role[]): boolean {
  return bars.every(({ cells }) => {
    const last = cells.slice(0, places.length + 2).map((cell) => readAnyNumber(cell, POINT));
    return last.length === places.length + 1 && last.slice(-2).every((value) => Number.isInteger(value));
  });
}

/** AmiBroker's `$FORMAT Ticker,Date_YMD,Open,…` is a header. */
function directiveOf(rows: readonly Row[]): Row | undefined {
  const row = rows.find(({ cells }) => /^\$FORMAT\b/i.test(cells[0] ?? ''));
  if (row === undefined) return undefined;
  const [first = '', ...others] = row.cells;
  return { cells: [first.replace(/^\$FORMAT\s*/i, ''), ...others], line: row.line };
}

function fits(cells: readonly string[], places: readonly Role[], { firstTime }: BarFormat): boolean {
  if (
    cells.length < places.length ||
    cells.slice(places.length).some((cell) => cell !== '' && !isNumber(cell))
  )
    return false;
  const cellOf = (role: Role): string => cells[places.indexOf(role)] ?? '';
  const time = cellOf('time');
  if (!looksLikeTime(time) || (firstTime !== undefined && !firstTime.test(time))) return false;
  if (places.includes('symbol') && !isSymbol(cellOf('symbol'))) return false;
  if (places.includes('timeOfDay') && !/^\d{1,2}:?\d{2}(?::?\d{2})?$/.test(cellOf('timeOfDay'))) return false;
  return VALUES.every((role) => isNumber(cellOf(role)));
}

/** A symbol may begin with a digit, as 3MINDIA does; a date may hold letters. */
function isSymbol(cell: string): boolean {
  return /^(?=.*[A-Z])[A-Z0-9][A-Z0-9&:._-]*$/i.test(cell) && !looksLikeTime(cell);
}

function isPlausible(cells: readonly string[], places: readonly Role[]): boolean {
  const cellOf = (role: Role): string => cells[places.indexOf(role)] ?? '';
  const [open = NaN, high = NaN, low = NaN, close = NaN, volume = NaN] = VALUES.map(
    (role) => readAnyNumber(cellOf(role), POINT) ?? NaN,
  );
  return Math.max(open, close, low) <= high && Math.min(open, close) >= low && volume >= 0;
}

function isNumber(cell: string): boolean {
  return typeof readAnyNumber(cell, POINT) === 'number';
}

/** @param cells Cells that a row may have at most, if those are more than places. */
function layoutOf(
  places: readonly Role[],
  headerLines: number,
  format: BarFormat,
  cells: number,
): TableLayout {
  const at = (role: Role): number => places.indexOf(role);
  return {
    format,
    headerLines,
    header: Array.from({ length: cells }, () => ''),
    width: places.length,
    time: at('time'),
    timeName: columnName('date'),
    timeOfDay: at('timeOfDay'),
    symbol: at('symbol'),
    series: -1,
    values: [{ ticker: null, values: VALUES.map(at) }],
    only: [],
  };
}
