import { GurukulError } from '../../../data/errors.js';
import { dayOfMinutes } from '../../../data/time/dates.js';
import type { TestBlock, WalkForward } from '../choices/folds.js';
import { blockOf } from '../choices/folds.js';
import type { TargetRows } from './target-rows.js';
import { pickTargets } from './target-rows.js';

/** Adjacent rows of the same block that are resolved in the same block. */
export interface Segment {
  readonly from: number;
  readonly until: number;
  /** Block of the rows' own time: in its fold they are tested. */
  readonly tested: number;
  /** Block in which their targets are known: they train the folds of all later blocks. */
  readonly resolved: number;
}

/** A fold: the rows that it tests are adjacent, `[from, until)`. */
export interface Fold extends TestBlock {
  readonly from: number;
  readonly until: number;
}

/** Rows in the order of their blocks, so that a fold is a sum over blocks. */
export interface FoldRows {
  readonly rows: TargetRows;
  readonly segments: readonly Segment[];
  /** Number of sessions with rows, by block. */
  readonly sessions: readonly number[];
  readonly folds: readonly Fold[];
  /** Number of rows before the first test. */
  readonly untested: number;
  /** Place of every row among those that were ordered. */
  readonly order: Int32Array;
}

/** The same folds with other targets. @param rows In the order that the folds were made from. */
export function withTargetsOf(folds: FoldRows, rows: TargetRows): FoldRows {
  return { ...folds, rows: pickTargets(rows, folds.order) };
}

/**
 * Orders rows by the block of their time, then by the block that resolves them, then as they were.
 *
 * @param rows All resolved before the last bound.
 * @throws GurukulError Bug when one is not.
 */
export function foldRows(rows: TargetRows, walk: WalkForward): FoldRows {
  const blocks = walk.bounds.length;
  const groups = new Map<number, number[]>();
  const days = walk.bounds.map(() => new Set<number>());
  for (const [row, place] of rows.symbol.entries()) {
    const symbol = rows.table.symbols[place];
    const own = rows.row[row] ?? -1;
    const time = symbol?.time[own] ?? NaN;
    const [tested, resolved] = [blockOf(walk, time), blockOf(walk, symbol?.resolvedAt[own] ?? Infinity)];
    if (!(tested <= resolved && resolved < blocks))
      throw new GurukulError('Bug', `row ${own} of ${symbol?.symbol ?? place} is not resolved in the folds`);
    days[tested]?.add(dayOfMinutes(time));
    const key = tested * blocks + resolved;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  const order = new Int32Array(rows.row.length);
  const segments: Segment[] = [];
  let from = 0;
  for (const [key, group] of [...groups].sort(([a], [b]) => a - b)) {
    order.set(group, from);
    const until = from + group.length;
    segments.push({ from, until, tested: Math.floor(key / blocks), resolved: key % blocks });
    from = until;
  }
  const startOf = (block: number): number => segments.find(({ tested }) => tested >= block)?.from ?? from;
  return {
    rows: pickTargets(rows, order),
    segments,
    sessions: days.map(({ size }) => size),
    folds: walk.tests.map((test) => ({
      ...test,
      from: startOf(test.training),
      until: startOf(test.training + 1),
    })),
    untested: startOf(walk.tests[0]?.training ?? Infinity),
    order,
  };
}

/** Row weights in the training of a fold: 0 for rows that are not resolved before its test. */
export function trainingWeights({ rows, segments }: FoldRows, training: number): Float32Array {
  const weights = rows.weight.slice();
  for (const { from, until, resolved } of segments) if (resolved >= training) weights.fill(0, from, until);
  return weights;
}
