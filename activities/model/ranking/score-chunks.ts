import { lowerBound } from '../../../data/bars/series.js';
import type { TestBlock } from '../choices/folds.js';
import { downloadTidy, tf } from '../tensorflow.js';
import type { RankRows } from './rank-rows.js';

/** Rows scored at once: whole times of about this many rows. */
const ROWS_AT_ONCE = 4096;

/** Weights as columns, row-major [B × columns]. */
export interface WeightColumns {
  readonly values: Float32Array;
  readonly columns: number;
}

/** Scores of the rows of some times. */
export interface ScoreChunk {
  /** Indices of times, `until` exclusive. */
  readonly first: number;
  readonly until: number;
  /** Index of the first row. */
  readonly from: number;
  readonly rows: number;
  /** Column-major [columns × rows]: neutral at every time. */
  readonly scores: Float32Array;
}

/** Scores the rows of a test block, in whole times, with every column of weights. */
export function* scoreChunks(
  { times, starts, design }: Pick<RankRows, 'times' | 'starts' | 'design'>,
  { start, end }: Pick<TestBlock, 'start' | 'end'>,
  { values, columns }: WeightColumns,
): Generator<ScoreChunk> {
  const width = values.length / columns;
  const last = lowerBound(times, end);
  for (let first = lowerBound(times, start); first < last;) {
    const from = starts[first] ?? 0;
    let until = first + 1;
    while (until < last && (starts[until + 1] ?? 0) - from <= ROWS_AT_ONCE) until += 1;
    const to = starts[until] ?? 0;
    const scores = downloadTidy(() => {
      const rows = tf.tensor2d(design.subarray(from * width, to * width), [to - from, width]);
      return tf.matMul(tf.tensor2d(values, [width, columns]), rows, true, true);
    });
    yield { first, until, from, rows: to - from, scores };
    first = until;
  }
}
