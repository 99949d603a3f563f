import type { BarSeries } from '../../../data/bars/series.js';
import { lowerBound } from '../../../data/bars/series.js';
import type { LeakFinding } from '../../../data/schemas/integrity.js';
import { dayOfMinutes, isoDate } from '../../../data/time/dates.js';
import type { FeatureTable, SymbolTable } from '../feature-table.js';
import type { FactorName } from '../ranking/rank-features.js';

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

/** Which rows of the second table are compared, by what is compared. Targets and outcomes look ahead: never. */
export interface ComparedRows {
  readonly features: RowChoice;
  /** Ranks, the market's state, and the factors but the one that is an exposure. */
  readonly ranking: RowChoice;
  readonly exposures: RowChoice;
}

/** The same rows of everything. */
export function rowsOfAll(choice: RowChoice): ComparedRows {
  return { features: choice, ranking: choice, exposures: choice };
}

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
  chosen: ComparedRows,
  setting: string,
): ProbeReport {
  const bySymbol = new Map(expected.symbols.map((symbol) => [symbol.symbol, symbol]));
  let compared = 0;
  const findings = actual.symbols.flatMap((symbol): LeakFinding[] => {
    const reference = bySymbol.get(symbol.symbol);
    let rows = 0;
    let first = '';
    symbol.time.forEach((minutes, row) => {
      const parts = PARTS.filter((part) => chosen[part](symbol, row));
      if (parts.length === 0) return;
      const at = reference === undefined ? -1 : lowerBound(reference.time, minutes);
      const isComplete = symbol.complete[row] === 1 || reference?.complete[at] === 1;
      if (isComplete && parts.includes('features')) compared += 1;
      const difference =
        reference?.time[at] === minutes
          ? findDifference(expected, { symbol: reference, row: at }, { symbol, row }, parts)
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

const PARTS = ['features', 'ranking', 'exposures'] as const;
type Part = (typeof PARTS)[number];

/** A row of a table. */
interface Row {
  readonly symbol: SymbolTable;
  readonly row: number;
}

/** Describes the first value of a row that differs; undefined when all are equal. */
function findDifference(table: FeatureTable, a: Row, b: Row, parts: readonly Part[]): string | undefined {
  for (const part of parts)
    for (const { labels, of } of BLOCKS[part](table)) {
      const [was, is, width] = [of(a.symbol), of(b.symbol), labels.length];
      for (let cell = 0; cell < width; cell += 1) {
        const [before, after] = [was[a.row * width + cell], is[b.row * width + cell]];
        if (labels[cell] !== undefined && !Object.is(before, after))
          return `${labels[cell]} is ${after}, not ${before}`;
      }
    }
  return undefined;
}

/** Row-major columns of a table; those without a label are not compared. */
interface Block {
  readonly labels: readonly (string | undefined)[];
  readonly of: (symbol: SymbolTable) => ArrayLike<number>;
}

/** The factor that is an exposure. */
const EXPOSED: FactorName = 'lowVolatility';

const BLOCKS: Readonly<Record<Part, (table: FeatureTable) => readonly Block[]>> = {
  features: ({ names, relativeColumns }) => [
    { labels: names, of: ({ features }) => features },
    {
      labels: relativeColumns.map((column) => `${names[column] ?? ''} minus its mean over the symbols`),
      of: ({ relative }) => relative,
    },
    { labels: ['complete'], of: ({ complete }) => complete },
  ],
  ranking: ({ rankNames, stateNames, factorNames }) => [
    { labels: rankNames.map((name) => `the rank of ${name}`), of: ({ ranks }) => ranks },
    { labels: stateNames, of: ({ state }) => state },
    {
      labels: factorNames.map((name) => (name === EXPOSED ? undefined : `the factor ${name}`)),
      of: ({ factors }) => factors,
    },
  ],
  exposures: ({ factorNames }) => [
    { labels: ['volatility'], of: ({ exposures }) => exposures.volatility },
    { labels: ['beta'], of: ({ exposures }) => exposures.beta },
    { labels: ['traded value'], of: ({ exposures }) => exposures.tradedValue },
    {
      labels: factorNames.map((name) => (name === EXPOSED ? `the factor ${name}` : undefined)),
      of: ({ factors }) => factors,
    },
  ],
};
