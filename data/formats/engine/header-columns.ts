import { COLUMN_NAMES, columnName } from '../column-names.js';
import type { BarFormat, Role } from '../format.js';
import { VALUES } from '../format.js';
import { PLAIN } from '../plain.js';
import { looksLikeTime } from './times.js';
import type { Recognised, TableLayout } from './recognise.js';
import type { Row } from './text-rows.js';

const REQUIRED: readonly Role[] = ['time', ...VALUES];

/** The header that messages name. */
export const BAR_HEADER = 'timestamp,open,high,low,close,volume';

/** Roles that any file may have: rows of many symbols, or of many series, look like those of one otherwise. */
const ALWAYS = new Set<Role>(['symbol', 'series']);

/**
 * Finds the columns of a format by their names in a header.
 *
 * @param names The header's names, as `columnName` makes them.
 * @param next The row below it.
 */
export function findByHeader(
  head: Row,
  names: readonly string[],
  next: Row | undefined,
  format: BarFormat,
  forced: boolean,
): TableLayout | undefined {
  const below = next?.cells ?? [];
  const at = positionsOf(names, below, format);
  if (REQUIRED.some((role) => at(role) < 0)) return undefined;
  const { signs, without = [], firstTime } = format;
  const fits =
    (signs === undefined || signs.some((list) => list.every((name) => names.includes(name)))) &&
    !without.some((name) => names.includes(name)) &&
    (firstTime === undefined || firstTime.test(below[at('time')] ?? ''));
  if (!fits && !forced) return undefined;
  const roles = REQUIRED.map((role) => names[at(role)] ?? '');
  const unnumbered = head.cells.map(unnumberedName);
  if (roles.some((name) => name !== '' && unnumbered.indexOf(name) !== unnumbered.lastIndexOf(name)))
    return undefined;
  return {
    format,
    headerLines: head.line,
    header: head.cells,
    width: names.findLastIndex((name) => name !== '') + 1,
    time: at('time'),
    timeName: names[at('time')] ?? '',
    timeOfDay: at('timeOfDay') === at('time') ? -1 : at('timeOfDay'),
    symbol: at('symbol'),
    series: at('series'),
    values: [{ ticker: null, values: VALUES.map(at) }],
    only: [
      ...Object.entries(format.only ?? {}).map(([name, allowed]) => ({
        name,
        allows: (cell: string): boolean => allowed.includes(cell),
      })),
      ...NOT_SHARES,
    ].flatMap(({ name, allows }) => (names.includes(name) ? [{ column: names.indexOf(name), allows }] : [])),
  };
}

const OTHER_EXCHANGE = /^(?:BSE|BSE_EQ|XBOM|BOM|NFO|BFO|NSE_FO|BSE_FO|MCX|NCDEX|CDS)$/i;
const NO_VALUE = /^(?:|-+|nan|nat|none|null|na|n\/a|0(?:\.0+)?|xx)$/i;

/** Columns that tell rows of another exchange, and those of futures and options, in the files of any tool. */
const NOT_SHARES = [
  ...['exchange', 'exchangecode', 'exch'].map((name) => ({
    name,
    allows: (cell: string): boolean => !OTHER_EXCHANGE.test(cell),
  })),
  ...[
    'expirydt',
    'expirydate',
    'xprydt',
    'expiry',
    'strikeprice',
    'strikepr',
    'strkpric',
    'optiontype',
    'optntp',
  ].map((name) => ({ name, allows: (cell: string): boolean => NO_VALUE.test(cell) })),
];

/** What the first column is called if it is the index of pandas or R. */
export const INDEX_NAMES = new Set(['', 'index', 'unnamed0', 'level0']);

/** The position of a role's column: by name; a first column of times may be an index without a name of its own. */
function positionsOf(
  names: readonly string[],
  next: readonly string[],
  { columns = COLUMN_NAMES, signs, firstTime, name: format }: BarFormat,
): (role: Role) => number {
  // A format without signs is known by the name of its column of times.
  const mayBeIndex =
    signs !== undefined || firstTime !== undefined || format === PLAIN.name || columns === COLUMN_NAMES;
  return (role) => {
    const known = columns[role] ?? (ALWAYS.has(role) ? COLUMN_NAMES[role] : []);
    const name = known.find((one) => names.includes(one) && one !== '');
    if (name !== undefined) return names.indexOf(name);
    return role === 'time' && mayBeIndex && INDEX_NAMES.has(names[0] ?? '') && looksLikeTime(next[0] ?? '')
      ? 0
      : -1;
  };
}

/** The name of a column that pandas made `Close.1` because there was another of its name. */
export function unnumberedName(cell: string): string {
  return columnName(cell.replace(/\.\d+$/, ''));
}

/** What is wrong with a file in which no format was found. */
export function headerTrouble(
  rows: readonly Row[],
  forced?: string,
): Exclude<Recognised, { layout: TableLayout }> {
  const best = rows
    .map((row) => ({ row, found: REQUIRED.filter((role) => hasRole(row.cells.map(columnName), role)) }))
    .reduce((a, b) => (b.found.length > a.found.length ? b : a));
  const { row, found } = best;
  const asForced = forced === undefined ? '' : ` as the format ${forced}`;
  const first = rows[0]?.cells.join(',').slice(0, 120) ?? '';
  if (found.length < 2)
    return {
      code: 'bad_header',
      problem: `:${rows[0]?.line ?? 1} has no header ${BAR_HEADER}${asForced}; found ${first}`,
    };
  const missing = REQUIRED.filter((role) => !found.includes(role));
  const unnumbered = row.cells.map(unnumberedName);
  const doubled = unnumbered.filter((name, index) => name !== '' && unnumbered.indexOf(name) !== index);
  if (missing.length === 0)
    return {
      code: 'bad_header',
      problem:
        doubled.length > 0
          ? `:${row.line}: duplicate column: ${doubled.join(', ')}`
          : `:${row.line} cannot be read${asForced}; found ${row.cells.join(',').slice(0, 120)}`,
    };
  const others = row.cells.filter(
    (cell) => cell !== '' && !REQUIRED.some((role) => hasRole([columnName(cell)], role)),
  );
  const columns = `column${missing.length === 1 ? '' : 's'} ${missing.map((role) => (role === 'time' ? 'timestamp' : role)).join(', ')}`;
  return {
    code: 'bad_header',
    problem: `:${row.line} lacks ${columns}${others.length === 0 ? '' : ` (found: ${others.join(', ').slice(0, 120)})`}`,
  };
}

function hasRole(names: readonly string[], role: Role): boolean {
  return [...COLUMN_NAMES[role], ...(PLAIN.columns?.[role] ?? [])].some((name) => names.includes(name));
}
