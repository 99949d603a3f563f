import { lowerBound } from '../../../data/bars/series.js';

/**
 * Label intervals as two columns: the label of row i depends on [start[i], end[i]], both ends inclusive, in
 * exchange minutes.
 */
export interface LabelIntervals {
  readonly start: Int32Array;
  readonly end: Int32Array;
}

/** A time span that is tested, both ends inclusive, in exchange minutes. */
export interface TestSpan {
  readonly start: number;
  readonly end: number;
}

/** Bars to exclude after each test span, counted on the market's bar times. */
export interface Embargo {
  readonly bars: number;
  /** Bar times of the market, ascending. */
  readonly times: Int32Array;
}

/**
 * The spans that some rows are tested on: label intervals that touch or overlap are one span.
 *
 * @param rows Indices into the intervals, in order of start.
 */
export function testSpans(intervals: LabelIntervals, rows: Iterable<number>): TestSpan[] {
  const spans: { start: number; end: number }[] = [];
  for (const row of rows) {
    const start = intervals.start[row] ?? NaN;
    const end = intervals.end[row] ?? NaN;
    const last = spans.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else spans.push({ start, end });
  }
  return spans;
}

/**
 * Rows that may be trained on: their label interval does not overlap a test span (it neither ends inside,
 * begins inside, lies inside nor encloses one), and they do not start within the embargo after one.
 *
 * The embargo is counted in bars from each span's *end*, so it also works where rows are missing. It applies
 * after a span only: purging is enough before it.
 *
 * @returns Indices into the intervals, in their order.
 */
export function purgeRows(
  intervals: LabelIntervals,
  spans: readonly TestSpan[],
  embargo: Embargo = { bars: 0, times: new Int32Array(0) },
): Int32Array {
  const forbidden = spans.map((span) => ({ ...span, until: embargoEnd(span.end, embargo) }));
  const kept: number[] = [];
  intervals.start.forEach((start, row) => {
    const end = intervals.end[row] ?? NaN;
    const leaks = forbidden.some((span) => start <= Math.max(span.end, span.until) && end >= span.start);
    if (!leaks) kept.push(row);
  });
  return Int32Array.from(kept);
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

/** Time of the last embargoed bar after `end`; `end` itself where there is none. */
function embargoEnd(end: number, { bars, times }: Embargo): number {
  const next = lowerBound(times, end + 1);
  const last = Math.min(next + bars, times.length) - 1;
  return last < next ? end : (times[last] ?? end);
}
