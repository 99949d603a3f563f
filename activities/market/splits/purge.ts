import type { SymbolTable } from '../feature-table.js';

/**
 * Label intervals as two columns: the label of row i depends on [start[i], end[i]], both ends inclusive, in
 * exchange minutes.
 */
export interface LabelIntervals {
  readonly start: Int32Array;
  readonly end: Int32Array;
}

/** A time span that is tested, both ends inclusive, in exchange minutes; `end` may be Infinity. */
export interface TestSpan {
  readonly start: number;
  readonly end: number;
}

/** The label intervals of some rows: from the bar to the time at which all targets of the row are known. */
export function labelIntervals(
  { time, resolvedAt }: Pick<SymbolTable, 'time' | 'resolvedAt'>,
  rows: Int32Array,
): LabelIntervals {
  const [start, end] = [new Int32Array(rows.length), new Int32Array(rows.length)];
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] ?? 0;
    start[at] = time[row] ?? 0;
    end[at] = resolvedAt[row] ?? 0;
  }
  return { start, end };
}

/**
 * Rows that may be trained on: their label interval does not overlap the test span (it neither ends inside,
 * begins inside, lies inside nor encloses it). There is no embargo after the span, since every split of a run
 * tests on what comes last: nothing is trained on rows after a test.
 *
 * @returns Indices into the intervals, in their order.
 */
export function purgeRows({ start, end }: LabelIntervals, span: TestSpan): Int32Array {
  const kept = new Int32Array(start.length);
  let count = 0;
  for (let row = 0; row < start.length; row += 1) {
    if ((start[row] ?? NaN) <= span.end && (end[row] ?? NaN) >= span.start) continue;
    kept[count] = row;
    count += 1;
  }
  return kept.slice(0, count);
}

/**
 * Number of pairs of a training and a test interval that overlap: zero after purging. Computed as all pairs
 * minus those that are disjoint, over sorted ends, since an intraday cohort has millions of pairs.
 */
export function countOverlaps(train: LabelIntervals, test: LabelIntervals): number {
  const before = countPairsBelow(train.end, test.start);
  const after = countPairsBelow(test.end, train.start);
  return train.start.length * test.start.length - before - after;
}

/** Pairs of a value of `low` and one of `high` in which the first is smaller. */
function countPairsBelow(low: Int32Array, high: Int32Array): number {
  const sorted = low.slice().sort();
  let pairs = 0;
  let below = 0;
  for (const value of high.slice().sort()) {
    while (below < sorted.length && (sorted[below] ?? Infinity) < value) below += 1;
    pairs += below;
  }
  return pairs;
}
