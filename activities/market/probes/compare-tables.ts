import type { BarSeries } from '../../../data/bars/series.js';
import { lowerBound } from '../../../data/bars/series.js';
import type { LeakFinding } from '../../../data/schemas/integrity.js';
import { dayOfMinutes, isoDate } from '../../../data/time/dates.js';
import type { FeatureTable, SymbolTable } from '../feature-table.js';

/** Computes features; the code that is tested for leaks. */
export type TableBuilder = (series: readonly BarSeries[]) => FeatureTable;

/** How much a probe compared, and what it found. */
export interface ProbeReport {
  /** Complete rows compared (for the label probe: rows tested). 0: the probe is inconclusive. */
  readonly rows: number;
  readonly findings: readonly LeakFinding[];
}

/** Merges reports into one. */
export function joinReports(reports: readonly ProbeReport[]): ProbeReport {
  return {
    rows: reports.reduce((sum, { rows }) => sum + rows, 0),
    findings: reports.flatMap(({ findings }) => findings),
  };
}

/** Whether a row of the second table is compared. */
export type RowChoice = (symbol: SymbolTable, row: number) => boolean;

/**
 * Compares rows of two tables bit for bit, by symbol and time.
 *
 * @param expected Has every row of `actual`.
 * @param chosen Which rows of `actual` are compared.
 * @param setting How the tables differ, for the message ("bars after 2022-03-01 removed").
 * @returns At most one finding per symbol. Rows that are incomplete in both tables are compared but not counted.
 */
export function compareTables(
  probe: LeakFinding['probe'],
  expected: FeatureTable,
  actual: FeatureTable,
  chosen: RowChoice,
  setting: string,
): ProbeReport {
  const bySymbol = new Map(expected.symbols.map((symbol) => [symbol.symbol, symbol]));
  let compared = 0;
  const findings = actual.symbols.flatMap((symbol): LeakFinding[] => {
    const reference = bySymbol.get(symbol.symbol);
    let rows = 0;
    let first = '';
    symbol.time.forEach((minutes, row) => {
      if (!chosen(symbol, row)) return;
      const at = reference === undefined ? -1 : lowerBound(reference.time, minutes);
      if (symbol.complete[row] === 1 || reference?.complete[at] === 1) compared += 1;
      const difference =
        reference?.time[at] === minutes
          ? findDifference(expected, reference, at, symbol, row)
          : 'the row exists only here';
      if (difference === undefined) return;
      rows += 1;
      if (rows === 1) first = `on ${isoDate(dayOfMinutes(minutes))}: ${difference}`;
    });
    return rows === 0
      ? []
      : [{ probe, symbol: symbol.symbol, rows, message: `${setting}: ${rows} rows change, first ${first}` }];
  });
  return { rows: compared, findings };
}

/** Describes the first value of a row that differs; undefined when all are equal. */
function findDifference(
  { names, relativeColumns }: FeatureTable,
  a: SymbolTable,
  rowA: number,
  b: SymbolTable,
  rowB: number,
): string | undefined {
  const relativeNames = relativeColumns.map(
    (column) => `${names[column] ?? ''} minus its mean over the symbols`,
  );
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
