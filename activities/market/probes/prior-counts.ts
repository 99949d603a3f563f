import { placesOf } from '../../../data/math/fill-columns.js';
import type { LeakFinding } from '../../../data/schemas/integrity.js';
import { OUTCOME_HORIZONS } from '../../../data/predictions/outcome-horizons.js';
import type { SymbolTable } from '../feature-table.js';
import { UNRESOLVED } from '../feature-table.js';
import type { PlainLabels } from './plain-labels.js';
import type { CohortSplit } from '../splits/splits.js';
import type { PriorCounts, TaughtCohort } from './probed-predictions.js';

/** What of a symbol's table is counted. */
export type CountedSymbol = Pick<SymbolTable, 'symbol' | 'time' | 'complete' | 'member' | 'targets'> & {
  readonly outcomes: Pick<SymbolTable['outcomes'], 'resolvedAt'>;
};
type CountedCohort = Pick<TaughtCohort, 'id' | 'prior'> & {
  readonly split: Pick<CohortSplit, 'validationStart' | 'end'>;
};
/** What of a run is counted. */
export interface CountedRun {
  readonly table: { readonly symbols: readonly CountedSymbol[] };
  readonly cohorts: readonly CountedCohort[];
  readonly plain: ReadonlyMap<string, Pick<PlainLabels, 'exitTime'>>;
}

/** Rules by which rows are left out where there are many. They know no label. */
export interface Thinning {
  /** Rows of a symbol that the probability head keeps. @param all Number of rows over all symbols. */
  readonly ofProbability: (symbol: CountedSymbol, rows: Int32Array, all: number) => Int32Array;
  /** Times that the rank head keeps. @param times Times of each symbol's rows. */
  readonly ofRanks: (times: readonly Int32Array[]) => Int32Array;
}

/** Compares the number of rows that each prior was fitted on with that of the rows it had to be fitted on. */
export function probePriorCounts(run: CountedRun, thinning: Thinning): LeakFinding[] {
  return run.cohorts.flatMap((cohort): LeakFinding[] => {
    if (cohort.prior === undefined) return [];
    const expected = expectedCounts(run, cohort, thinning);
    return (['rows', 'rankRows'] as const).flatMap((head) =>
      (['select', 'fit'] as const).flatMap((phase): LeakFinding[] => {
        const [found, wanted] = [cohort.prior?.[head][phase] ?? NaN, expected[head][phase]];
        if (found === wanted) return [];
        const what = head === 'rows' ? 'probability' : 'rank';
        return [
          {
            probe: 'selection',
            symbol: 'all symbols',
            rows: Math.abs(found - wanted),
            message: `cohort ${cohort.id}: the ${what} head of the prior was fitted (${phase}) on ${found} rows, not on the ${wanted} that are complete, of members, and known by then`,
          },
        ];
      }),
    );
  });
}

function expectedCounts(
  { table, plain }: CountedRun,
  { split: { validationStart, end } }: CountedCohort,
  thinning: Thinning,
): PriorCounts {
  const complete = table.symbols.map((symbol) => completeRows(symbol, end));
  const known = complete.map((rows, at) => {
    const { exitTime } = plain.get(table.symbols[at]?.symbol ?? '') ?? {};
    return rows.filter((row) => (exitTime?.[row] ?? UNRESOLVED) < end);
  });
  const all = known.reduce((sum, { length }) => sum + length, 0);
  const counts = { rows: { select: 0, fit: 0 }, rankRows: { select: 0, fit: 0 } };
  const add = (head: keyof typeof counts, resolved: number): void => {
    if (resolved >= end) return;
    counts[head].fit += 1;
    if (resolved < validationStart) counts[head].select += 1;
  };
  // Targets of the rank head are not the label: a row may have all of them before its label is known.
  const times = complete.map((rows, at) => rows.map((row) => table.symbols[at]?.time[row] ?? UNRESOLVED));
  const kept = new Set(thinning.ofRanks(times));
  table.symbols.forEach((symbol, at) => {
    const own = plain.get(symbol.symbol);
    for (const row of thinning.ofProbability(symbol, known[at] ?? new Int32Array(0), all))
      add('rows', own?.exitTime[row] ?? UNRESOLVED);
    for (const row of complete[at] ?? [])
      if (kept.has(symbol.time[row] ?? NaN)) add('rankRows', lastResolved(symbol, row));
  });
  return counts;
}

/** Complete rows before a time at which the symbol was a member. */
function completeRows({ time, complete, member }: CountedSymbol, end: number): Int32Array {
  return placesOf(time).filter(
    (row) => complete[row] === 1 && member[row] === 1 && (time[row] ?? UNRESOLVED) < end,
  );
}

/** When all targets of a row are known; UNRESOLVED where one never is. */
function lastResolved({ targets, outcomes }: CountedSymbol, row: number): number {
  let last = 0;
  for (const horizon of OUTCOME_HORIZONS.keys())
    last = Number.isNaN(targets[horizon]?.[row] ?? NaN)
      ? UNRESOLVED
      : Math.max(last, outcomes.resolvedAt[horizon]?.[row] ?? UNRESOLVED);
  return last;
}
