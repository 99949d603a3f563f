import { columnName } from '../column-names.js';
import type { BarFormat } from '../format.js';
import { VALUES } from '../format.js';
import { INDEX_NAMES, unnumberedName } from './header-columns.js';
import type { TableLayout, ValueColumns } from './recognise.js';
import type { Row } from './text-rows.js';

const FIELDS = new Set<string>([
  ...VALUES,
  'adjclose',
  'dividends',
  'stocksplits',
  'capitalgains',
  'repaired',
]);
/** Names of the two levels in the first cell; blank in versions that do not name them. */
const LEVELS = new Set(['', 'price', 'ticker', 'attributes', 'symbols']);
const TIMES = new Set(['date', 'datetime']);
/** `Close_RELIANCE.NS`, `RELIANCE.NS_Close`, `('Close', 'RELIANCE.NS')`, `Close RELIANCE.NS`, `RELIANCE.NS.Close`. */
const FIELD_FIRST = /^\(?'?(adj close|[a-z]+)'?(?:', ?'|, |[_ .|:])'?([^']+?)'?\)?$/i;
const TICKER_FIRST = /^\(?'?([^'_]+(?:_[^'_]+)??)'?(?:', ?'|, |[_ .|:])'?(adj close|[a-z]+)'?\)?$/i;

/** Finds a line of field names and a line of tickers below or above it. */
export function findByTickerRow(rows: readonly Row[], format: BarFormat): TableLayout | undefined {
  for (let index = 0; index + 1 < rows.length; index += 1) {
    const [first, second] = [rows[index], rows[index + 1]];
    if (first === undefined || second === undefined) continue;
    const layout =
      pairOf(first, second, rows[index + 2], format) ?? pairOf(second, first, rows[index + 2], format);
    if (layout !== undefined) return layout;
  }
  return undefined;
}

function pairOf(
  fields: Row,
  tickers: Row,
  third: Row | undefined,
  format: BarFormat,
): TableLayout | undefined {
  const names = fields.cells.map(unnumberedName);
  const starts = [columnName(fields.cells[0] ?? ''), columnName(tickers.cells[0] ?? '')];
  if (!starts.every((name) => LEVELS.has(name)) || names.length < 1 + VALUES.length) return undefined;
  if (!names.slice(1).every((name) => FIELDS.has(name))) return undefined;
  if (tickers.cells.length < names.length || tickers.cells.slice(1, names.length).some((cell) => cell === ''))
    return undefined;
  const timeName = columnName(third?.cells[0] ?? '');
  const named =
    third !== undefined && TIMES.has(timeName) && third.cells.slice(1).every((cell) => cell === '');
  return layoutOf(
    names
      .slice(1)
      .map((field, index) => ({ field, ticker: tickers.cells[index + 1] ?? '', column: index + 1 })),
    {
      format,
      headerLines: Math.max(fields.line, tickers.line, named ? third.line : 0),
      header: fields.cells,
      width: names.length,
      time: 0,
      timeName: '',
    },
  );
}

/** Finds a header whose names hold field and ticker. */
export function findByTickerNames(rows: readonly Row[], format: BarFormat): TableLayout | undefined {
  for (const { cells, line } of rows) {
    const time = cells.findIndex((cell) => TIMES.has(columnName(cell.split(',')[0] ?? '')));
    const first = time < 0 && INDEX_NAMES.has(columnName(cells[0] ?? '')) ? 0 : time;
    if (first < 0) continue;
    const columns = cells.flatMap((cell, column) => {
      const split = splitName(cell);
      return split === undefined || column === first ? [] : [{ ...split, column }];
    });
    const layout = layoutOf(columns, {
      format,
      headerLines: line,
      header: cells,
      width: cells.length,
      time: first,
      timeName: columnName(cells[first] ?? ''),
    });
    if (layout !== undefined) return layout;
  }
  return undefined;
}

/** The number that pandas adds to a name that occurs twice is no ticker. */
function splitName(cell: string): { readonly field: string; readonly ticker: string } | undefined {
  if (/\.\d+$/.test(cell)) return undefined;
  const [, field = '', ticker = ''] = FIELD_FIRST.exec(cell) ?? [];
  if (FIELDS.has(columnName(field))) return { field: columnName(field), ticker };
  const [, before = '', after = ''] = TICKER_FIRST.exec(cell) ?? [];
  return FIELDS.has(columnName(after)) ? { field: columnName(after), ticker: before } : undefined;
}

interface TickerColumn {
  readonly field: string;
  readonly ticker: string;
  readonly column: number;
}

function layoutOf(
  columns: readonly TickerColumn[],
  layout: Pick<TableLayout, 'format' | 'headerLines' | 'header' | 'width' | 'time' | 'timeName'>,
): TableLayout | undefined {
  const values: ValueColumns[] = [];
  for (const ticker of new Set(columns.map((column) => column.ticker))) {
    const positions = VALUES.map(
      (field) => columns.find((column) => column.ticker === ticker && column.field === field)?.column ?? -1,
    );
    if (positions.every((position) => position >= 0)) values.push({ ticker, values: positions });
  }
  if (values.length === 0) return undefined;
  return { ...layout, timeOfDay: -1, symbol: -1, series: -1, values, only: [] };
}
