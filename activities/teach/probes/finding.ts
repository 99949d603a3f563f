import type { BarSeries } from '../../../data/bars/series.js';
import { lowerBound } from '../../../data/bars/series.js';
import { dayOfMinutes, isoDate } from '../../../data/time/dates.js';
import type { FeatureTable, SymbolTable } from '../feature-table.js';

/** A way of computing features, under suspicion. */
export type TableBuilder = (series: readonly BarSeries[]) => FeatureTable;

/** A leak that a probe has found. */
export interface LeakFinding {
  readonly probe: 'label_overlap' | 'truncation' | 'warm_up' | 'future';
  readonly symbol: string;
  /** Rows concerned. */
  readonly rows: number;
  /** For a person: what differs, where it begins. */
  readonly message: string;
}

/** Tells whether a row of the second table is to be compared. */
export type RowChoice = (symbol: SymbolTable, row: number) => boolean;

/**
 * Compares rows of two tables bit for bit, by symbol and time.
 *
 * @param expected Has every row of `actual`.
 * @param chosen Which rows of `actual` are compared.
 * @param setting How the tables differ, for the message ("bars after 2022-03-01 cut off").
 * @returns One finding a symbol.
 */
export function compareTables(
  probe: LeakFinding['probe'],
  expected: FeatureTable,
  actual: FeatureTable,
  chosen: RowChoice,
  setting: string,
): LeakFinding[] {
  const bySymbol = new Map(expected.symbols.map((symbol) => [symbol.symbol, symbol]));
  const width = expected.names.length;
  return actual.symbols.flatMap((symbol): LeakFinding[] => {
    const reference = bySymbol.get(symbol.symbol);
    let rows = 0;
    let first = '';
    symbol.time.forEach((minutes, row) => {
      if (!chosen(symbol, row)) return;
      const at = reference === undefined ? -1 : lowerBound(reference.time, minutes);
      const cell =
        reference?.time[at] === minutes
          ? findDifference(reference, at, symbol, row, width, expected.relativeColumns)
          : 0;
      if (cell === undefined) return;
      rows += 1;
      const name = expected.names[cell] ?? 'features';
      const [was, is] = [reference?.features[at * width + cell], symbol.features[row * width + cell]];
      if (rows === 1) first = `${name} on ${isoDate(dayOfMinutes(minutes))} is ${is}, not ${was}`;
    });
    return rows === 0
      ? []
      : [{ probe, symbol: symbol.symbol, rows, message: `${setting}: ${rows} rows change, first ${first}` }];
  });
}

/** Column of the first cell that differs; 0 when only `complete` does; undefined when all are equal. */
function findDifference(
  a: SymbolTable,
  rowA: number,
  b: SymbolTable,
  rowB: number,
  width: number,
  relativeColumns: readonly number[],
): number | undefined {
  for (let cell = 0; cell < width; cell += 1)
    if (!Object.is(a.features[rowA * width + cell], b.features[rowB * width + cell])) return cell;
  const size = relativeColumns.length;
  for (let at = 0; at < size; at += 1)
    if (!Object.is(a.relative[rowA * size + at], b.relative[rowB * size + at])) return relativeColumns[at];
  return a.complete[rowA] === b.complete[rowB] ? undefined : 0;
}
