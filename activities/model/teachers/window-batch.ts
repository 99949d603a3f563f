import { lowerBound } from '../../../data/bars/series.js';
import { tf, download } from '../tensorflow.js';
import type { FeatureTable, SymbolTable } from '../../market/feature-table.js';
import type { CohortSplit, WindowRows } from '../../market/splits/splits.js';
import { meanWeights } from '../network/network.js';
import type { ScaleFit } from '../prior/fit-scale.js';
import { standardiseRows } from '../rows/scaler.js';

export const WINDOW_PARTS = ['select', 'validation', 'fit', 'forward'] as const;
export type WindowPart = (typeof WINDOW_PARTS)[number];

/** A window that can be trained: its symbol's table and its rows. */
export interface TrainableWindow {
  readonly table: SymbolTable;
  readonly rows: WindowRows;
}

/**
 * Number of rows that every window of a cohort is padded to: the largest number that any symbol has from the
 * window's start to the end of the forward part. It depends on the whole table, not on the windows of a
 * shard, and is a multiple of the widest vector registers, so that no figure of a window depends on the
 * windows it is trained with.
 */
export function paddedRows(table: FeatureTable, { start, forwardEnd }: CohortSplit): number {
  const most = table.symbols.reduce(
    (bars, { time }) => Math.max(bars, lowerBound(time, forwardEnd) - lowerBound(time, start)),
    1,
  );
  return Math.ceil(most / VECTOR) * VECTOR;
}

/** All rows of a window's table from the first to the last one that any part uses. */
export function spanOf({ rows }: TrainableWindow): Int32Array {
  let [first, last] = [Infinity, -Infinity];
  for (const part of WINDOW_PARTS) {
    first = Math.min(first, rows[part][0] ?? Infinity);
    last = Math.max(last, rows[part].at(-1) ?? -Infinity);
  }
  const span = new Int32Array(Math.max(0, last - first + 1));
  for (let at = 0; at < span.length; at += 1) span[at] = first + at;
  return span;
}

/** 32-bit floats in the widest vector register in use (AVX-512). */
const VECTOR = 16;

/**
 * Windows per batched product, a constant number. TensorFlow uses another kernel for a batch of one, and cuBLAS
 * chooses the summation order by the batch size: on an H100, results of batches of 7 and of 48 windows
 * differed by 2e-8.
 */
const WINDOWS_AT_ONCE = 16;

/** Some rows of one symbol. */
export interface SpannedRows {
  readonly table: Pick<SymbolTable, 'features'>;
  readonly rows: Int32Array;
}

/**
 * Predicts the forward scale for rows of many windows. The tensors have a leading window dimension; each
 * window is padded to a common number of rows, and the padding is dropped from the result. Every window is a
 * matrix product of its own: in one large product the summation order, and so a window's bits, would depend
 * on the number of windows. For the same reason all tensors have one shape: empty windows fill the last
 * batch.
 *
 * @param padded Number of rows to pad to: at least as many as any window has.
 * @returns A scale for each row of each window; NaN where a feature is NaN.
 */
export function windowScales(
  { scaler, linear, ensemble }: ScaleFit,
  windows: readonly SpannedRows[],
  padded: number,
): Float32Array[] {
  const stride = linear.length;
  const { first, second, bias } = meanWeights(ensemble.shape, ensemble.parameters);
  const scalesOf = (some: readonly SpannedRows[]): Float32Array => {
    const features = new Float32Array(WINDOWS_AT_ONCE * padded * stride).fill(1);
    some.forEach(({ table, rows }, window) => {
      const own = { matrix: table.features, rows };
      standardiseRows(scaler, own, features, window * padded * stride, stride);
    });
    return tf.tidy(() => {
      const rows = tf.tensor3d(features, [WINDOWS_AT_ONCE, padded, stride]);
      const linearPart = tf.matMul(rows, tf.tensor3d(linear, [1, stride, 1]));
      const hidden = tf.tanh(tf.matMul(rows, first.expandDims<tf.Tensor3D>(0)));
      return download(tf.add(tf.add(linearPart, tf.matMul(hidden, second.expandDims<tf.Tensor3D>(0))), bias));
    });
  };
  const scales: Float32Array[] = [];
  for (let from = 0; from < windows.length; from += WINDOWS_AT_ONCE) {
    const some = windows.slice(from, from + WINDOWS_AT_ONCE);
    const own = scalesOf(some);
    some.forEach(({ rows }, window) =>
      scales.push(own.subarray(window * padded, window * padded + rows.length)),
    );
  }
  tf.dispose([first, second]);
  return scales;
}
