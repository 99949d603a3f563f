import type { LeakFinding } from '../../../data/schemas/integrity.js';
import { OUTCOME_HORIZONS } from '../../../data/predictions/outcome-horizons.js';
import type { SymbolTable } from '../feature-table.js';
import { UNRESOLVED } from '../feature-table.js';
import type { PlainLabels } from './plain-labels.js';
import type { PriorCounts, ProbedPredictions, TaughtCohort } from './probed-predictions.js';

/** Rules by which rows are left out where there are many. They know no label. */
export interface Thinning {
  /** Rows of a symbol that the probability head keeps. @param all Number of rows over all symbols. */
  readonly ofProbability: (symbol: SymbolTable, rows: Int32Array, all: number) => Int32Array;
  /** Times that the rank head keeps. @param times Times of each symbol's rows. */
  readonly ofRanks: (times: readonly Int32Array[]) => Int32Array;
}

/** Compares the number of rows that each prior was fitted on with that of the rows it had to be fitted on. */
export function probePriorCounts(run: ProbedPredictions, thinning: Thinning): LeakFinding[] {
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
  { table, plain }: ProbedPredictions,
  { split: { validationStart, end } }: TaughtCohort,
  thinning: Thinning,
): PriorCounts {
  const known = table.symbols.map((symbol) => knownRows(symbol, plain.get(symbol.symbol), end));
  const all = known.reduce((sum, { length }) => sum + length, 0);
  const counts = { rows: { select: 0, fit: 0 }, rankRows: { select: 0, fit: 0 } };
  const add = (head: keyof typeof counts, resolved: number): void => {
    if (resolved >= end) return;
    counts[head].fit += 1;
    if (resolved < validationStart) counts[head].select += 1;
  };
  const times = known.map((rows, at) => rows.map((row) => table.symbols[at]?.time[row] ?? UNRESOLVED));
  const kept = new Set(thinning.ofRanks(times));
  table.symbols.forEach((symbol, at) => {
    const [rows, own] = [known[at] ?? new Int32Array(0), plain.get(symbol.symbol)];
    for (const row of thinning.ofProbability(symbol, rows, all))
      add('rows', own?.exitTime[row] ?? UNRESOLVED);
    for (const row of rows) if (kept.has(symbol.time[row] ?? NaN)) add('rankRows', lastResolved(symbol, row));
  });
  return counts;
}

/** Complete rows of a member whose label is known before a time. */
function knownRows(
  { time, complete, member }: SymbolTable,
  plain: PlainLabels | undefined,
  end: number,
): Int32Array {
  return Int32Array.from(time.keys()).filter(
    (row) => complete[row] === 1 && member[row] === 1 && (plain?.exitTime[row] ?? UNRESOLVED) < end,
  );
}

/** When all targets of a row are known; UNRESOLVED where one never is. */
function lastResolved({ targets, outcomes }: SymbolTable, row: number): number {
  let last = 0;
  for (const horizon of OUTCOME_HORIZONS.keys())
    last = Number.isNaN(targets[horizon]?.[row] ?? NaN)
      ? UNRESOLVED
      : Math.max(last, outcomes.resolvedAt[horizon]?.[row] ?? UNRESOLVED);
  return last;
}
