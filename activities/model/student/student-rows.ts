import { doublesOf, integersOf, placesOf, singlesOf } from '../../../data/math/fill-columns.js';
import { dayOfMinutes } from '../../../data/time/dates.js';
import type { FeatureTable, SymbolTable } from '../../market/feature-table.js';
import type { CohortSplit } from '../../market/splits/splits.js';
import { priorRows, rowSpacing, spacedRows } from '../../market/splits/splits.js';
import type { TestBlock, WalkForward } from '../choices/folds.js';
import { blockOf, walkForwardBlocks } from '../choices/folds.js';
import { eachSymbol, gatherRows } from '../rows/by-symbol.js';
import { scoreTarget } from '../teachers/score-target.js';
import { rewardsOf } from './rewards.js';
import type { SoftRows } from './soft-rows.js';
import type { TableRows } from './student-design.js';

/** Rows that a student learns from: with what their teachers said of them, and with what came. */
export interface StudentRows extends SoftRows {
  /** 0 or 1. */
  readonly label: Float32Array;
  /** What came, in the score's unit: `unit` × the mean neutral rank of the return; NaN where it is not known by then. */
  readonly target: Float32Array;
  /** Whether the teachers were right about the direction, from −1 to 1: see {@link rewardsOf}. */
  readonly reward: Float32Array;
  /** Bar times, exchange minutes. */
  readonly time: Int32Array;
  /** Adjacent rows of one block that are known in one block. */
  readonly segments: readonly StudentSegment[];
  /** Number of blocks: those before the validation part, and the part itself. */
  readonly blocks: number;
  /** Blocks whose rows are predicted from earlier ones. */
  readonly folds: readonly StudentFold[];
}

export interface StudentSegment {
  readonly from: number;
  readonly until: number;
  /** Block of the rows' own time. */
  readonly tested: number;
  /** Block in which everything about the rows is known. */
  readonly resolved: number;
}

export interface StudentFold extends TestBlock {
  readonly from: number;
  readonly until: number;
}

export interface StudentRowsTask {
  readonly table: FeatureTable;
  readonly split: CohortSplit;
  readonly soft: SoftRows;
  /** Bars of a label. */
  readonly horizon: number;
  /** Indices into OUTCOME_HORIZONS: what the score predicts. */
  readonly horizons: readonly number[];
  /** Return per unit of rank. */
  readonly unit: number;
}

/** Fewest rows that a fold is trained on: several for each weight of the smallest head. */
const LEAST_ROWS = 500;

/**
 * Rows whose labels are known before the cohort's end, by block of their time, then by the block in which all about
 * them is known: so that every training is a sum over blocks. The blocks are those of the cohort's other choices.
 */
export function studentRows(task: StudentRowsTask): StudentRows {
  const { table, split } = task;
  const walk = walkForwardBlocks(pastDays(table, split), split.validationStart);
  const kept = knownRows(task);
  const of = (values: ArrayLike<number>): Float64Array => doublesOf(kept, (at) => values[at] ?? NaN);
  const symbol = Int32Array.from(of(task.soft.symbol));
  const row = Int32Array.from(of(task.soft.row));
  const own = { symbol, row };
  const known = {
    time: gatherRows(own, table.symbols, ({ time }) => time, new Int32Array(row.length)),
    label: gatherRows(own, table.symbols, ({ label }) => label, new Float32Array(row.length)),
    forwardReturn: gatherRows(
      own,
      table.symbols,
      ({ forwardReturn }) => forwardReturn,
      new Float64Array(row.length),
    ),
    ...scoreTargets(task, own),
  };
  const { time, target } = known;
  const blocks = walk.bounds.length + 1;
  const inBlocks = time.map((minutes) => blockOf(walk, minutes));
  const inKnown = known.resolved.map((minutes) => blockOf(walk, minutes));
  const order = placesOf(time).sort(
    (a, b) =>
      (inBlocks[a] ?? 0) - (inBlocks[b] ?? 0) ||
      (inKnown[a] ?? 0) - (inKnown[b] ?? 0) ||
      (time[a] ?? 0) - (time[b] ?? 0) ||
      (symbol[a] ?? 0) - (symbol[b] ?? 0),
  );
  const segments = segmentsOf(order, inBlocks, inKnown);
  const ints = (values: ArrayLike<number>): Int32Array => integersOf(order, (at) => values[at] ?? -1);
  const floats = (values: ArrayLike<number>): Float32Array => singlesOf(order, (at) => values[at] ?? NaN);
  const { soft } = task;
  const rows = {
    symbol: ints(symbol),
    row: ints(row),
    time: ints(time),
    target: floats(target),
    logit: floats(of(soft.logit)),
    score: floats(of(soft.score)),
    logitWeight: floats(of(soft.logitWeight)),
    scoreWeight: floats(of(soft.scoreWeight)),
    label: floats(known.label),
  };
  const forwardReturn = doublesOf(order, (at) => known.forwardReturn[at] ?? NaN);
  return {
    ...rows,
    reward: rewardsOf({ ...rows, forwardReturn }),
    segments,
    blocks,
    folds: foldsOf(walk, segments),
  };
}

/** What came of some rows, and when all about each is known. */
function scoreTargets(
  { table, split, horizons, unit }: StudentRowsTask,
  { symbol, row }: TableRows,
): { readonly target: Float32Array; readonly resolved: Int32Array } {
  const target = new Float32Array(row.length);
  const resolved = new Int32Array(row.length);
  eachSymbol<SymbolTable>(
    { symbol, row },
    table.symbols,
    ({ own: { targets, outcomes, resolvedAt }, rows, places }) => {
      const held = { targets, outcomes: { resolvedAt: outcomes.resolvedAt } };
      for (let turn = 0; turn < rows.length; turn += 1) {
        const [own, at] = [rows[turn] ?? -1, places[turn] ?? -1];
        target[at] = unit * scoreTarget(held, own, horizons, split.end);
        resolved[at] = resolvedAt[own] ?? -1;
        if (Number.isNaN(target[at])) continue;
        for (const horizon of horizons)
          resolved[at] = Math.max(resolved[at] ?? -1, held.outcomes.resolvedAt[horizon]?.[own] ?? -1);
      }
    },
  );
  return { target, resolved };
}

/** Places of the soft rows whose label is known before the end, thinned where there are many. */
function knownRows({ table, split, soft, horizon }: StudentRowsTask): Int32Array {
  const known = placesOf(soft.row).filter((at) => {
    const own = table.symbols[soft.symbol[at] ?? -1];
    const row = soft.row[at] ?? -1;
    return own?.complete[row] === 1 && (own.resolvedAt[row] ?? Infinity) < split.end;
  });
  const spacing = rowSpacing(known.length, horizon);
  if (spacing === 1) return known;
  const kept = table.symbols.map((symbol) => new Set(spacedRows(symbol, placesOf(symbol.time), spacing)));
  return known.filter((at) => kept[soft.symbol[at] ?? -1]?.has(soft.row[at] ?? -1));
}

/** Day numbers on which a prior has rows. */
function pastDays(table: FeatureTable, { validationStart }: CohortSplit): number[] {
  const days = new Set<number>();
  for (const own of table.symbols)
    for (const row of priorRows(own, validationStart)) days.add(dayOfMinutes(own.time[row] ?? NaN));
  return [...days].sort((a, b) => a - b);
}

function segmentsOf(order: Int32Array, tested: Int32Array, resolved: Int32Array): StudentSegment[] {
  const segments: StudentSegment[] = [];
  let from = 0;
  const isOfOne = (row: number, other: number): boolean =>
    tested[row] === tested[other] && resolved[row] === resolved[other];
  for (let at = 1; at <= order.length; at += 1) {
    const first = order[from] ?? -1;
    if (at < order.length && isOfOne(first, order[at] ?? -1)) continue;
    segments.push({ from, until: at, tested: tested[first] ?? -1, resolved: resolved[first] ?? -1 });
    from = at;
  }
  return segments;
}

/** Test blocks with rows, after enough others. */
function foldsOf({ tests }: WalkForward, segments: readonly StudentSegment[]): StudentFold[] {
  return tests.flatMap((test) => {
    const own = segments.filter(({ tested }) => tested === test.training);
    const trained = segments.filter(({ resolved }) => resolved < test.training);
    const rows = trained.reduce((sum, { from, until }) => sum + until - from, 0);
    const [from, until] = [own[0]?.from, own.at(-1)?.until];
    return from === undefined || until === undefined || rows < LEAST_ROWS ? [] : [{ ...test, from, until }];
  });
}
