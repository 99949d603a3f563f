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
  /** Indices of the times. */
  readonly times: Int32Array;
  /** The chunk's first row of each time. */
  readonly starts: readonly number[];
  readonly rows: number;
  /** Column-major [columns × rows]: neutral at every time. */
  readonly scores: Float32Array;
}

/** Scores the rows of some times with every column of weights. @param judged Indices of times, ascending. */
export function* scoreChunks(
  { starts, design }: Pick<RankRows, 'starts' | 'design'>,
  judged: Int32Array,
  { values, columns }: WeightColumns,
): Generator<ScoreChunk> {
  const width = values.length / columns;
  for (let first = 0; first < judged.length;) {
    const places: number[] = [];
    let rows = 0;
    let until = first;
    for (; until < judged.length; until += 1) {
      const time = judged[until] ?? -1;
      const count = (starts[time + 1] ?? 0) - (starts[time] ?? 0);
      if (until > first && rows + count > ROWS_AT_ONCE) break;
      places.push(rows);
      rows += count;
    }
    const times = judged.subarray(first, until);
    const terms = new Float32Array(rows * width);
    times.forEach((time, at) =>
      terms.set(
        design.subarray((starts[time] ?? 0) * width, (starts[time + 1] ?? 0) * width),
        (places[at] ?? 0) * width,
      ),
    );
    const scores = downloadTidy(() =>
      tf.matMul(tf.tensor2d(values, [width, columns]), tf.tensor2d(terms, [rows, width]), true, true),
    );
    yield { times, starts: places, rows, scores };
    first = until;
  }
}
