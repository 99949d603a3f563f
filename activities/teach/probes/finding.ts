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
  return actual.symbols.flatMap((symbol): LeakFinding[] => {
    const reference = bySymbol.get(symbol.symbol);
    let rows = 0;
    let first = '';
    symbol.time.forEach((minutes, row) => {
      if (!chosen(symbol, row)) return;
      const at = reference === undefined ? -1 : lowerBound(reference.time, minutes);
      const difference =
        reference?.time[at] === minutes
          ? findDifference(expected, reference, at, symbol, row)
          : 'a row appears';
      if (difference === undefined) return;
      rows += 1;
      if (rows === 1) first = `on ${isoDate(dayOfMinutes(minutes))}: ${difference}`;
    });
    return rows === 0
      ? []
      : [{ probe, symbol: symbol.symbol, rows, message: `${setting}: ${rows} rows change, first ${first}` }];
  });
}

/** The first figure of a row that differs, in words; undefined when all are equal. */
function findDifference(
  { names, relativeColumns }: FeatureTable,
  a: SymbolTable,
  rowA: number,
  b: SymbolTable,
  rowB: number,
): string | undefined {
  const relativeNames = relativeColumns.map((column) => `${names[column] ?? ''} less its day's mean`);
  const blocks = [
    { labels: names, was: a.features, is: b.features },
    { labels: relativeNames, was: a.relative, is: b.relative },
  ];
  for (const { labels, was, is } of blocks) {
    const width = labels.length;
    for (let cell = 0; cell < width; cell += 1) {
      const [before, after] = [was[rowA * width + cell], is[rowB * width + cell]];
      if (!Object.is(before, after)) return `${labels[cell] ?? ''} is ${after}, not ${before}`;
    }
  }
  const [before, after] = [a.complete[rowA], b.complete[rowB]];
  return before === after ? undefined : `complete is ${after}, not ${before}`;
}
