import { GurukulError } from '../../../data/errors.js';
import { dayOfMinutes } from '../../../data/time/dates.js';
import type { TestBlock, WalkForward } from '../choices/folds.js';
import { blockOf } from '../choices/folds.js';
import type { TargetRows } from './target-rows.js';
import { pickValues, timesOf } from '../rows/row-set.js';
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
  const [label, scale] = [pickValues(rows.label, folds.order), pickValues(rows.scale, folds.order)];
  return { ...folds, rows: { ...folds.rows, label, scale } };
}

/**
 * Orders rows by the block of their time, then by the block that resolves them, then as they were.
 *
 * @param rows All resolved before the last bound.
 * @throws GurukulError Bug when one is not.
 */
export function foldRows(rows: TargetRows, walk: WalkForward): FoldRows {
  const blocks = walk.bounds.length;
  const times = timesOf(rows, 'time');
  const tested = blocksOf(times, walk);
  const resolved = blocksOf(timesOf(rows, 'resolvedAt'), walk);
  const late = tested.findIndex(
    (own, row) => !(own <= (resolved[row] ?? NaN) && (resolved[row] ?? NaN) < blocks),
  );
  if (late >= 0)
    throw new GurukulError(
      'Bug',
      `row ${rows.row[late]} of ${rows.table.symbols[rows.symbol[late] ?? -1]?.symbol ?? '?'} is not resolved in the folds`,
    );
  const keys = tested.map((own, row) => own * blocks + (resolved[row] ?? 0));
  const counts = countsOf(keys, blocks * blocks);
  const order = orderBy(keys, counts);
  const segments: Segment[] = [];
  let from = 0;
  counts.forEach((count, key) => {
    if (count === 0) return;
    segments.push({ from, until: from + count, tested: Math.floor(key / blocks), resolved: key % blocks });
    from += count;
  });
  const startOf = (block: number): number => segments.find(({ tested }) => tested >= block)?.from ?? from;
  return {
    rows: pickTargets(rows, order),
    segments,
    sessions: sessionsByBlock(times, tested, blocks),
    folds: walk.tests.map((test) => ({
      ...test,
      from: startOf(test.training),
      until: startOf(test.training + 1),
    })),
    untested: startOf(walk.tests[0]?.training ?? Infinity),
    order,
  };
}

/** The block of every time. */
function blocksOf(times: Int32Array, walk: WalkForward): Int32Array {
  const blocks = new Int32Array(times.length);
  for (let row = 0; row < times.length; row += 1) blocks[row] = blockOf(walk, times[row] ?? Infinity);
  return blocks;
}

/** Number of days with rows in each block. */
function sessionsByBlock(times: Int32Array, block: Int32Array, blocks: number): number[] {
  const days = Array.from({ length: blocks }, () => new Set<number>());
  for (let row = 0; row < times.length; row += 1)
    days[block[row] ?? -1]?.add(dayOfMinutes(times[row] ?? NaN));
  return days.map(({ size }) => size);
}

function countsOf(keys: Int32Array, count: number): Int32Array {
  const counts = new Int32Array(count);
  for (let row = 0; row < keys.length; row += 1) {
    const key = keys[row] ?? -1;
    counts[key] = (counts[key] ?? NaN) + 1;
  }
  return counts;
}

/** Rows by their key, those of a key as they were. @param counts Rows of each key. */
function orderBy(keys: Int32Array, counts: Int32Array): Int32Array {
  const next = new Int32Array(counts.length);
  for (let key = 1; key < counts.length; key += 1)
    next[key] = (next[key - 1] ?? NaN) + (counts[key - 1] ?? NaN);
  const order = new Int32Array(keys.length);
  for (let row = 0; row < keys.length; row += 1) {
    const key = keys[row] ?? -1;
    const place = next[key] ?? -1;
    order[place] = row;
    next[key] = place + 1;
  }
  return order;
}

/** Row weights in the training of a fold: 0 for rows that are not resolved before its test. */
export function trainingWeights({ rows, segments }: FoldRows, training: number): Float32Array {
  const weights = rows.weight.slice();
  for (const { from, until, resolved } of segments) if (resolved >= training) weights.fill(0, from, until);
  return weights;
}
